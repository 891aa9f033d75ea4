export { BffError, createBff } from '../src/index.js';
