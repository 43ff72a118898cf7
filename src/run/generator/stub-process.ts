import { startStub } from './stub-server.js';

/** Entry of the stub's own process: says its port to the parent and ends when the parent does. */
const { port } = await startStub();
process.once('disconnect', () => process.exit(0));
process.send?.({ port });
