import * as z from 'zod';

/** How large something may be; what that means, the platform's defaults say. */
export const size = z.enum(['S', 'M', 'L', 'XL']);
