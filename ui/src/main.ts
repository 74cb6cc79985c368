import "./language";

import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element with the id app");

// The editor styles itself through an element of its own, which the page policy allows by this element's nonce.
const nonce = document.getElementById("csp")?.nonce ?? "";

mount(App, { target, props: { nonce } });
