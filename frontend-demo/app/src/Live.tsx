import { useEffect, useRef, useState } from 'react';

const KEPT_LINES = 50;

/** The newest lines of something that goes on, bounded. */
function useLog() {
  const [lines, setLines] = useState<string[]>([]);
  return [lines, (line: string) => setLines((before) => [...before, line].slice(-KEPT_LINES))] as const;
}

function Log({ lines, testid, label }: { lines: string[]; testid: string; label: string }) {
  const end = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [lines]);
  return <pre ref={end} className="log" role="log" aria-label={label} tabIndex={0} data-testid={testid}>{lines.join('\n')}</pre>;
}

export function Live() {
  return (
    <section className="card" aria-labelledby="live">
      <h2 id="live">Live, through the same counter</h2>
      <div className="halves">
        <EventStream />
        <Socket />
      </div>
    </section>
  );
}

function EventStream() {
  const [open, setOpen] = useState(false);
  const [lines, log] = useLog();
  useEffect(() => {
    if (!open) return;
    const stream = new EventSource('/api/stream');
    stream.addEventListener('tick', ({ data }) => {
      const { count, time } = JSON.parse(data);
      log(`#${count}  ${new Date(time).toLocaleTimeString()}`);
    });
    stream.onerror = () => {
      log(stream.readyState === EventSource.CLOSED ? 'closed by the server' : 'interrupted, trying again');
      if (stream.readyState === EventSource.CLOSED) setOpen(false);
    };
    return () => stream.close();
  }, [open]);
  return (
    <div>
      <h3>Server-sent events</h3>
      <p>One tick a second. It ends with the session.</p>
      <div className="buttons">
        <button type="button" data-testid="stream-start" disabled={open} onClick={() => setOpen(true)}>Listen</button>
        <button type="button" className="quiet" data-testid="stream-stop" disabled={!open} onClick={() => setOpen(false)}>Stop</button>
      </div>
      <Log lines={lines} testid="stream" label="Events received" />
    </div>
  );
}

/** The gateway's code for a session that ended under an open WebSocket. */
const SESSION_ENDED = 4401;

function Socket() {
  const [socket, setSocket] = useState<WebSocket>();
  const [text, setText] = useState('Is my umbrella still there?');
  const [lines, log] = useLog();
  const open = () => {
    const next = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/socket`);
    next.onopen = () => setSocket(next);
    next.onmessage = ({ data }) => log(`← ${data}`);
    next.onclose = ({ code }) => {
      log(code === SESSION_ENDED ? `closed: the session ended (${code})` : `closed (${code})`);
      setSocket(undefined);
    };
  };
  useEffect(() => () => socket?.close(), [socket]);
  return (
    <div>
      <h3>WebSocket</h3>
      <p>An echo with the server's time. Its <code>Origin</code> is checked exactly.</p>
      <div className="buttons">
        <button type="button" data-testid="socket-open" disabled={!!socket} onClick={open}>Connect</button>
        <button type="button" className="quiet" data-testid="socket-close" disabled={!socket} onClick={() => socket?.close()}>Close</button>
      </div>
      <form
        className="line"
        onSubmit={(event) => {
          event.preventDefault();
          socket?.send(text);
          log(`→ ${text}`);
        }}
      >
        <label className="visually-hidden" htmlFor="socket-text">Message</label>
        <input id="socket-text" data-testid="socket-text" value={text} onChange={(event) => setText(event.target.value)} />
        <button type="submit" data-testid="socket-send" disabled={!socket}>Send</button>
      </form>
      <Log lines={lines} testid="socket-log" label="Messages" />
    </div>
  );
}
