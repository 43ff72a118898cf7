/** JSON value as it may stand in a scenario. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
