#!/usr/bin/env node
// Answers --version by itself: loading everything else takes longer than a person should wait for a number.
import { version } from '../package.json';
import { tellWhenUnwritten } from './unwritten-output';

for (const output of [process.stdout, process.stderr]) tellWhenUnwritten(output);

if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  const { main } = require('./main.js') as typeof import('./main');
  main(process.argv, version);
}
