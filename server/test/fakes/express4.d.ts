/** Express 4 under a name of its own, so that suites run on both; what they use of it has the types of 5. */
declare module 'express4' {
  import express from 'express';
  export default express;
}
