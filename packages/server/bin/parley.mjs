#!/usr/bin/env node
// It looks at the Node version before it loads anything else.
import '../dist/main.js';
