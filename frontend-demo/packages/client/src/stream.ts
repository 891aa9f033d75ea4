/** How long to wait before a stream that was refused is opened again; EventSource reopens a broken one by itself. */
const REOPEN_MS = 20_000;

/**
 * Listens to the gateway's event stream until the returned function is called. One tab does it for all, since a browser
 * opens six HTTP/1.1 connections per origin and no more; the others wait for the lock, and hear of news from the tab.
 */
export function listenTo(url: string, lock: string, onNews: () => void): () => void {
  const closing = new AbortController();
  const hold = () =>
    new Promise<void>((done) => {
      let stream: EventSource;
      let timer: ReturnType<typeof setTimeout>;
      const open = () => {
        stream = new EventSource(url);
        stream.addEventListener('session_ended', onNews);
        stream.addEventListener('session_expiring', onNews);
        stream.onerror = () => {
          if (stream.readyState !== EventSource.CLOSED) return;
          onNews();
          timer = setTimeout(open, REOPEN_MS * (1 + Math.random()));
        };
      };
      open();
      closing.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        stream.close();
        done();
      });
    });
  const held = navigator.locks?.request(lock, { signal: closing.signal }, hold) ?? hold();
  held.catch(() => {}); // closed while it waited for the lock
  return () => closing.abort();
}
