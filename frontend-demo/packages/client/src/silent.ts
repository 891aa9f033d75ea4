import type { Bff, LoginOptions } from './types.js';

const TRIED = 'cloakroom-silent';

/**
 * Leaves the page to see whether the provider knows the user already, and comes back without a page if not. Once per
 * tab, or it would never end. False: it was tried before. No iframe: browsers block the provider's cookie there.
 */
export function loginSilently(bff: Bff, options?: LoginOptions): boolean {
  if (sessionStorage.getItem(TRIED)) return false;
  sessionStorage.setItem(TRIED, '1');
  bff.login({ ...options, prompt: 'none' });
  return true;
}
