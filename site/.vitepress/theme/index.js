import DefaultTheme from "vitepress/theme";
import OrySimulator from "./OrySimulator.vue";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("OrySimulator", OrySimulator);
  },
};
