# plimsoll with its sample server, for docker-compose.yml. Of what only the sample needs, the bundled PostgreSQL is left out
# (`plimsoll sample --postgres` needs it): there PostgreSQL has a container of its own.
FROM node:20.19-bookworm-slim AS build
WORKDIR /plimsoll
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev && npm install --no-save --omit=dev pg@8.23.1 prom-client@15.1.3

FROM node:20.19-bookworm-slim
WORKDIR /plimsoll
COPY --from=build /plimsoll/package.json ./
COPY --from=build /plimsoll/node_modules ./node_modules
COPY --from=build /plimsoll/bin ./bin
COPY --from=build /plimsoll/dist ./dist
COPY --from=build /plimsoll/schema ./schema
COPY --from=build /plimsoll/scenarios ./scenarios
USER node
ENTRYPOINT ["node", "/plimsoll/bin/plimsoll.js"]
CMD ["--help"]
