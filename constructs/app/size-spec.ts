import { size } from '../size';

/** How much one replica may use. */
export const sizeShape = {
  size: size.default('S').describe('CPU and memory of one replica.'),
};
