// What an app takes from the package: all of it but the helpers of two special pages.
export { BffError, createBff } from '../src/index.js';
export * from '../src/react.js';
