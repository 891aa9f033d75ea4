import { useEffect, useRef, useState, type FormEvent } from 'react';
import { BffError } from '@cloakroom/client';
import { RequireAuth, useBff } from '@cloakroom/client/react';

interface Order {
  id: string;
  item: string;
  hook: number;
  price: number;
  currency: string;
}

/** A page that needs a login, and stays while the ticket is renewed: what was typed is not lost. */
export function OrdersPage() {
  return (
    <RequireAuth keepWhenExpired fallback={<LoggedOut />}>
      <Orders />
    </RequireAuth>
  );
}

function LoggedOut() {
  const bff = useBff();
  return (
    <section className="card narrow">
      <h1>Orders</h1>
      <p>This page needs a login.</p>
      <button type="button" onClick={() => bff.login()}>Log in</button>
    </section>
  );
}

function Orders() {
  const bff = useBff();
  const [orders, setOrders] = useState<Order[]>([]);
  const [item, setItem] = useState('');
  const [message, setMessage] = useState<string>();
  const list = useRef<HTMLOListElement>(null);
  const explain = (failure: unknown) => setMessage(failure instanceof BffError ? failure.problem.title : 'The API did not answer.');

  useEffect(() => {
    bff.json<{ orders: Order[] }>('/api/orders').then((answer) => setOrders(answer.orders), explain);
  }, [bff]);
  // The browser looked for the fragment before the orders were there.
  useEffect(() => {
    list.current?.querySelector('[data-target=true]')?.scrollIntoView({ block: 'center' });
  }, [orders]);

  const send = (event: FormEvent) => {
    event.preventDefault();
    bff.json<Order>('/api/orders', { method: 'POST', json: { item } }).then((order) => {
      setOrders((before) => [...before, order]);
      setItem('');
      setMessage(`${order.id}: ${order.item} is on hook ${order.hook}.`);
    }, explain);
  };
  const target = decodeURIComponent(location.hash.slice(1));
  return (
    <section className="card narrow" aria-labelledby="orders">
      <h1 id="orders">Orders</h1>
      <ol className="orders" ref={list} data-testid="orders">
        {orders.map((order) => (
          <li key={order.id} id={order.id} data-target={order.id === target} data-testid={`order-${order.id}`}>
            <span className="hook">{order.hook}</span>
            <span>{order.item}<small>{order.id}</small></span>
            <span>{new Intl.NumberFormat(undefined, { style: 'currency', currency: order.currency }).format(order.price)}</span>
          </li>
        ))}
      </ol>
      <form className="line" onSubmit={send}>
        <label htmlFor="order-item">Another one</label>
        <input id="order-item" data-testid="order-item" value={item} maxLength={80} required placeholder="Walking stick" onChange={(event) => setItem(event.target.value)} />
        <button type="submit" data-testid="order-send">Hand it in</button>
      </form>
      <p role="status" data-testid="order-sent">{message}</p>
    </section>
  );
}
