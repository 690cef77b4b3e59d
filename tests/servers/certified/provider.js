// The certified oidc-provider, told on its standard input whom it serves and knows.
// It walks its own pages of signing in and of consent; says its address once it answers.
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const { address, clients, claims, jwks } = JSON.parse(readFileSync(0, "utf8"));

const provider = new Provider(address, {
  clients,
  jwks,
  claims: { openid: ["sub", ...Object.keys(claims)] },
  features: { encryption: { enabled: true } },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, ...claims }),
  }),
  pkce: { required: () => true },
});

const { hostname, port } = new URL(address);
provider.listen(Number(port), hostname, () => console.log(address));
