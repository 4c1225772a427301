# Two stages: what builds the pages is not in the image that runs. `docker build -t parley .`
FROM node:24-slim AS build
WORKDIR /src
COPY . .
RUN npm install --no-audit --no-fund && npm run --silent pack
# As anybody would who takes the package from npm.
WORKDIR /app
RUN npm install --no-audit --no-fund --omit=dev /src/.cache/package/*.tgz && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data
COPY --from=build /app/node_modules /app/node_modules
RUN mkdir /data && chown node:node /data
# Nothing else is written to: the rest may be read-only.
VOLUME /data
WORKDIR /data
USER node
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8000) + '/up').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/node_modules/parley-chat/packages/server/bin/parley.mjs"]
CMD ["start"]
