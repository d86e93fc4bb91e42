import { acceptance } from './acceptance';
import { canEmulate, defaultMinor, kubernetesReleases, minorNamed } from './versions';

const chosen = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);
const older = Object.keys(kubernetesReleases)
  .map(minorNamed)
  .filter((minor) => minor !== defaultMinor && canEmulate(minor));

/** The newest binary in the manner of older minors: quick, and no substitute for their own (npm run test:matrix). */
const describeIfDefault = chosen === defaultMinor ? describe : describe.skip;

describeIfDefault.each(older)(`prod on Kubernetes %s, emulated by ${defaultMinor}`, (kubernetes) => {
  acceptance({ environment: 'prod', kubernetes, emulated: true });
});
