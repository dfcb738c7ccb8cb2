import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom": "preact/compat",
      react: "preact/compat",
    },
  },
  test: {
    environment: "happy-dom",
    include: ["js/tests/**/*.test.{ts,tsx}"],
    // It imports React, which is Preact here as in the bundle.
    server: { deps: { inline: ["hightable"] } },
  },
});
