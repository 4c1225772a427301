import { defineConfig } from '@playwright/test';
import stories from './playwright.config.ts';

const { projects: _, ...settings } = stories;
export default defineConfig({ ...settings, testMatch: '*.screens.ts', reporter: 'line' });
