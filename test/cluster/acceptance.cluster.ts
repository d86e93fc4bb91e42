import { acceptance } from './acceptance';
import { defaultMinor, minorNamed } from './versions';

const kubernetes = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);

describe.each(['dev', 'staging', 'prod'])(`%s on Kubernetes ${kubernetes}`, (environment) => {
  acceptance({ environment, kubernetes, emulated: false });
});
