import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's package libnginx-mod-nchan puts it. */
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const NGINX = '/usr/sbin/nginx';

/** @returns null, or what is missing */
export function findNchanFault(): string | null {
  return existsSync(MODULE) && existsSync(NGINX)
    ? null
    : 'not installed: apt-get install nginx libnginx-mod-nchan';
}

/**
 * One worker, no logs, room for all connections and messages. Nothing is kept for those who come
 * later (`nchan_store_messages off`), as by the others.
 *
 * @returns the arguments of nginx
 */
export function configureNchan(folder: string, port: number): { name: string; args: string[] } {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `load_module ${MODULE};
user root;
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 20000; multi_accept on; }
http {
  access_log off;
  keepalive_requests 100000000;
  keepalive_timeout 1h;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  nchan_shared_memory_size 512M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/sub/([\\w-]+)$ {
      nchan_subscriber websocket;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
    }
    location ~ ^/pub/([\\w-]+)$ {
      nchan_publisher http;
      nchan_channel_id $1;
      nchan_store_messages off;
    }
  }
}
`,
  );
  return { name: NGINX, args: ['-p', folder, '-c', file] };
}
