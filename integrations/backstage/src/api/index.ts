export * from './DoradoApi';
export { DoradoClient } from './DoradoClient';
export { DoradoError } from './DoradoError';
