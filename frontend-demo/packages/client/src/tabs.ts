/** The default channel. It says only that something changed: every tab asks the gateway for itself. */
export const CHANNEL = 'cloakroom-session';

export const NEWS = 'changed';

/** For the page a popup login returns to. `window.opener` is useless under COOP, so the channel carries the news. */
export function finishPopup(channel: string = CHANNEL): void {
  const tabs = new BroadcastChannel(channel);
  tabs.postMessage(NEWS);
  tabs.close();
  close();
}
