import { jest } from '@jest/globals';

/**
 * From now on nothing happens by itself: sweepers, looks at settings, heartbeats and deadlines wait for a clock that stands
 * still. So what a server counts is what was called, however slow the machine is. Ends with `jest.useRealTimers()`.
 */
export function stopBackground(): void {
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
  });
}
