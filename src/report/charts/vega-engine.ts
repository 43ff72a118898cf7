/** What charts are drawn with, in one module: the build makes one file of it and of all that it needs. */
export { Error as onlyErrors, parse, View } from 'vega';
export { compile } from 'vega-lite';
