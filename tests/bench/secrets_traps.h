// The traps of the corpus: text that looks like a secret and is none. Included by secrets_corpus.h.
#pragma once

namespace fimd::tests {

inline void Corpus::add_traps(std::vector<CorpusCase>& out) {
  const auto trap = [&](const char* name, const std::string& line, bool code) {
    add(out, "traps", name, code ? in_code(pick(hosts_).first, line) : in_data(line), code, "");
  };
  for (int i = 0; i < 20; ++i) {
    const std::string uuid =
        fmt::format("{}-{}-4{}-a{}-{}", draw('x', 8), draw('x', 4), draw('x', 3), draw('x', 3), draw('x', 12));
    trap("uuid", "  id = \"" + uuid + "\"", true);
    trap("guid list", "{" + uuid + "}, {" + uuid + "}", false);
    trap("commit", "commit " + draw('x', 40), false);
    trap("rev", "rev: " + draw('x', 40), false);
    trap("sha256", "sha256 = \"" + draw('x', 64) + "\"", true);
    trap("digest", "image@sha256:" + draw('x', 64), false);
    trap("md5", "md5sum: " + draw('x', 32), false);
    trap("etag", "ETag: \"" + draw('x', 32) + "\"", false);
    trap("integrity", "integrity sha512-" + draw('B', 86) + "==", false);
    trap("integrity json", "  \"integrity\": \"sha512-" + draw('B', 86) + "==\",", false);
    trap("go.sum", "example.org/mod v1.2.3 h1:" + draw('B', 43) + "=", false);
    trap("data uri", "url(data:image/png;base64," + draw('B', 200) + ")", false);
    trap("image", "const png = \"iVBORw0KGgo" + draw('B', 300) + "\";", true);
    trap("font", "src: url(data:font/woff2;base64,d09GMgAB" + draw('B', 160) + ")", false);
    trap("wasm", "wasm = \"AGFzbQEAAAAB" + draw('B', 160) + "\"", true);
    trap("vlq", "\"mappings\": \"AAAA,SAASA,MAAMC,CAAC;EACd,OAAOA,EAAEC;" + draw('a', 30) + "\"", false);
    trap("minified", "!function(e,t){" + std::string(1600, ' ') + "password=\"" + draw('a', 20) + "\"}", true);
    trap("public key",
         fmt::format("-----{} PUBLIC KEY-----\n{}\n{}\n-----{} PUBLIC KEY-----", "BEGIN", draw('B', 64), draw('B', 40),
                     "END"),
         false);
    trap("certificate",
         fmt::format("-----{} CERTIFICATE-----\n{}\n{}\n-----{} CERTIFICATE-----", "BEGIN", draw('B', 64),
                     draw('B', 40), "END"),
         false);
    trap("ssh key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + draw('B', 43) + " bob@host", false);
    trap("ssh rsa", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ" + draw('B', 300) + " bob@host", false);
    trap("stripe publishable", std::string("pk_") + "live_" + draw('a', 24), false);
    trap("mapbox public", "pk.eyJ" + draw('b', 40) + "." + draw('b', 22), false);
    trap("posthog", "phc_" + draw('a', 43), false);
    trap("recaptcha", "sitekey = \"6L" + draw('b', 38) + "\"", true);
    trap("analytics", "gtag('config', 'G-" + draw('U', 10) + "')", true);
    trap("documented id", std::string("AKIA") + "IOSFODNN7EXAMPLE", false);
    trap("documented secret", std::string("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/") + "bPxRfiCYEXAMPLEKEY",
         false);
    trap("placeholder", "API_KEY=your_api_key_here_" + draw('d', 4), false);
    trap("angle", "password: <your-password-1>", false);
    trap("xxxx", "token: xxxxxxxxxxxxxxxxxxxx" + draw('d', 2), false);
    trap("changeme", "DB_PASSWORD=changeme123", false);
    trap("variable", "password: ${DB_PASSWORD_" + draw('d', 2) + "}", false);
    trap("template", "secret: {{ .Values.secret" + draw('d', 2) + "Key }}", false);
    trap("environment", "    token = os.environ[\"SERVICE_TOKEN_V2\"]", true);
    trap("process", "  const apiKey = process.env.API_KEY_2;", true);
    trap("vault", "password: vault:secret/data/app#password2", false);
    trap("arn", "secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3", false);
    trap("op", "api_key: op://vault/item/credential9", false);
    trap("getter", "  p = getPassword(\"Main.Db_Password2\");", true);
    trap("setting name", "PASSWORD_RESET_URL = \"/accounts/Reset2/Done_" + draw('d', 3) + "\"", true);
    trap("type", "token_type = \"Bearer_v2_Xy" + draw('a', 8) + "\"", true);
    trap("max", "max_tokens = 4096", true);
    trap("tokenizer", "\"tokenizer.json\": \"" + draw('x', 64) + "\",", false);
    trap("label", "  \"password\": \"Passwort\",", false);
    trap("label long", "  \"forgot_password\": \"Passwort2vergessen?\",", false);
    trap("regex", "  password_pattern = r\"^(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d@$!%*?&]{8,}$\"", true);
    trap("annotation", "def login(user: str, password: str, token: Optional[str] = None) -> bool:", true);
    trap("csrf", "<input name=\"csrf_token\" value=\"" + draw('a', 32) + "\">", false);
    trap("enum", "  PASSWORD = 'password_grant2'", true);
    trap("secret ref", "valueFrom:\n  secretKeyRef:\n    name: db-secret-2\n    key: password", false);
    trap("color", "token-color: #a1b2c3d4;", false);
    trap("mac", "token_mac = \"00:1B:44:11:3A:B7\"", true);
    trap("long name", "  accessTokenProviderFactoryBuilderV2(kDefaultTokenProvider3);", true);
    trap("version list", "versions: 1.2.3, 2.3.4-rc1, 3.4.5+build7", false);
    trap("akia inside", draw('B', 30) + "AKIA" + draw('B', 60), false);
    trap("css", ".token-secret-key2 { content: \"key-" + word() + "-item-2\"; }", true);
    trap("table", "static const uint32_t token_table[] = {0x" + draw('x', 8) + ", 0x" + draw('x', 8) + "};", true);
    trap("chinese", "密码: 请输入您的密码2", false);
    trap("dna", "sequence = \"ACGTGGCATTACGATCGATTACAGGATC\"", true);
    trap("url port", "http://localhost:8080/path/@scope/x", false);
    trap("npm scope", "https://packages.example.org/@types/node", false);
    trap("ssh url", "git clone ssh://git@github.com:22/user/repo", false);
    trap("shell test", "if [ -z \"$PASSWORD\" ]; then echo no password; fi", false);
    trap("sql", "  cur.execute(\"UPDATE users SET password = %s WHERE id = %s\")", true);
    trap("form", "<label for=\"password\">Password2:</label>", false);
    trap("assert", "  assert(response.token.length === 32);", true);
    trap("key name", "const secretKeyName = \"Prod_Db_Key_2024_x" + draw('a', 3) + "\";", true);
  }
}

inline std::vector<CorpusCase> Corpus::make(size_t rounds) {
  std::vector<CorpusCase> out;
  for (size_t i = 0; i < rounds; ++i) {
    add_tokens(out);
    add_structures(out);
    add_connections(out);
    add_values(out);
    add_passwords(out);
    if (i == 0) add_traps(out);
  }
  return out;
}

}  // namespace fimd::tests
