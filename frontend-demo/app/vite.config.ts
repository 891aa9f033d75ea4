import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Nothing here knows the gateway: in development it stands in front of this server, as it does in production.
export default defineConfig({
  plugins: [react()],
  server: { port: 5173, strictPort: true },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a strict content security policy has no room for data: URLs
    rolldownOptions: { input: ['index.html', 'popup.html'] },
  },
});
