import type { Problem } from './types.js';

/** A call that was not answered with 2xx, by the gateway or by the API behind it. */
export class BffError extends Error {
  constructor(
    readonly problem: Problem,
    readonly response: Response,
  ) {
    super(problem.title);
    this.name = 'BffError';
  }
}

/** The problem of a response, if it has one that can be read; the response's body stays unread. */
export async function problemOf(response: Response): Promise<Problem | undefined> {
  if (!response.headers.get('Content-Type')?.includes('application/problem+json')) return;
  return response.clone().json().catch(() => {});
}

/** The type tells the gateway's problems from those of the API behind it, which pass through untouched. */
export const isGateways = (problem: Problem | undefined): problem is Problem =>
  !!problem?.type?.startsWith('urn:cloakroom:problem:');

export async function errorOf(response: Response): Promise<BffError> {
  const { status, statusText } = response;
  return new BffError((await problemOf(response)) ?? { type: 'about:blank', title: statusText || `HTTP ${status}`, status }, response);
}
