import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const workspaceRoot = dirname(dirname(fileURLToPath(import.meta.url)));

const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), browsing-topics=()' },
];

const config: NextConfig = {
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  images: { unoptimized: true },
  serverExternalPackages: ['@prisma/client', '@prisma/adapter-pg', 'pg', '@tenantcache/database'],
  turbopack: { root: workspaceRoot },
  outputFileTracingRoot: workspaceRoot,
  allowedDevOrigins: ['127.0.0.1'],
  headers: async () => [{ source: '/:path*', headers: SECURITY_HEADERS }],
};

export default config;
