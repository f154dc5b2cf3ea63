#include "lsp/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lsp/config_rules.h"
#include "providers/codecs.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json parsed(std::string_view text) {
  auto value = parse_config_text(text);
  EXPECT_TRUE(value) << value.error().message;
  return value.value_or(json());
}

TEST(Config, HasTheDocumentedDefaults) {
  const Configuration c;
  EXPECT_EQ(to_ms(c.now().completion.soft), 150);
  EXPECT_EQ(to_ms(c.now().completion.hard), 200);
  EXPECT_THAT(c.now().completion.providers, testing::ElementsAre("auto"));
  EXPECT_THAT(c.now().jurisdictions, testing::ElementsAre("local", "eu"));
}

TEST(Config, ReadsCommentsAndUnwrapsTheSection) {
  Configuration c;
  EXPECT_TRUE(c.set(Layer::user, parsed("{ // mine\n \"fimd\": {\"completion\": {\"hard_ms\": 300}} }"), "user").empty());
  EXPECT_EQ(to_ms(c.now().completion.hard), 300);
}

TEST(Config, LaterLayersWin) {
  Configuration c;
  c.set(Layer::editor, parsed(R"({"completion":{"max_lines":5}})"), "editor");
  c.set(Layer::user, parsed(R"({"completion":{"max_lines":9}})"), "user");
  EXPECT_EQ(c.now().completion.max_lines, 5u);
  EXPECT_EQ(c.source_of("completion.max_lines"), "editor");
  c.set_key("completion.max_lines=3");
  EXPECT_EQ(c.now().completion.max_lines, 3u);
}

TEST(Config, NamesThePathOfAWrongValueAndKeepsTheLastGoodOne) {
  Configuration c;
  c.set(Layer::user, parsed(R"({"completion":{"max_lines":9}})"), "user");
  const auto problems = c.set(Layer::user, parsed(R"({"completion":{"max_lines":"many"}})"), "user");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "completion.max_lines");
  EXPECT_EQ(problems[0].what, "is not a whole number");
  EXPECT_EQ(c.now().completion.max_lines, 9u);
}

TEST(Config, WarnsOfAnUnknownKeyAndGuessesTheRightOne) {
  Configuration c;
  const auto problems = c.set(Layer::user, parsed(R"({"completion":{"soft_mss":100,"hard_ms":180}})"), "user");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_FALSE(problems[0].fatal);
  EXPECT_THAT(problems[0].what, testing::HasSubstr("soft_ms"));
  EXPECT_EQ(to_ms(c.now().completion.hard), 180);
}

TEST(Config, RefusesAnUnknownProviderAndABadUrl) {
  Configuration c;
  EXPECT_FALSE(c.set(Layer::user, parsed(R"({"completion":{"providers":["nope"]}})"), "user").empty());
  const auto problems = c.set(Layer::user, parsed(R"({"providers":{"a":{"kind":"ollama","url":"localhost"}}})"), "user");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "providers.a.url");
}

TEST(Config, TakesAKeyFromTheEnvironmentAndNeverPrintsIt) {
  ::setenv("FIMD_TEST_KEY", "secret-key-1", 1);
  Configuration c;
  c.set(Layer::user, parsed(R"({"providers":{"m":{"kind":"mistral","api_key_env":"FIMD_TEST_KEY"}}})"), "user");
  ASSERT_EQ(c.now().providers.size(), 1u);
  EXPECT_EQ(c.now().providers[0].api_key, "secret-key-1");
  EXPECT_EQ(c.effective().dump().find("secret-key-1"), std::string::npos);
}

json narrow(std::string_view workspace, std::string_view outer, std::vector<ConfigProblem>& problems) {
  json base = default_config();
  merge_config(base, parsed(outer));
  return narrowed(parsed(workspace), base, "workspace", problems);
}

TEST(Config, LetsAWorkspaceFileLowerABudgetButNotRaiseIt) {
  std::vector<ConfigProblem> problems;
  EXPECT_EQ(narrow(R"({"completion":{"hard_ms":100}})", "{}", problems)["completion"]["hard_ms"], 100);
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(narrow(R"({"completion":{"hard_ms":900}})", "{}", problems).contains("completion"));
  EXPECT_EQ(problems.size(), 1u);
}

TEST(Config, IgnoresProvidersAndKeysOfAWorkspaceFile) {
  std::vector<ConfigProblem> problems;
  const json kept = narrow(R"({"providers":{"evil":{"kind":"openai","url":"http://evil.test"}},
                               "completion":{"providers":["evil"]}, "log":{"file":"/tmp/x"}})", "{}", problems);
  EXPECT_TRUE(kept.dump().find("evil") == std::string::npos) << kept;
  EXPECT_TRUE(kept.dump().find("/tmp/x") == std::string::npos) << kept;
  EXPECT_GE(problems.size(), 3u);
}

TEST(Config, ReadsMcpServersOfTheUserAlone) {
  Configuration c;
  EXPECT_TRUE(c.set(Layer::user, parsed(R"({"mcp":{"servers":{"a":{"command":"npx -y 'a b'","env":{"X":"1"}},
                                            "b":{"url":"https://h/mcp","headers":{"k":"v"},"allow":"allow","timeout_s":5}}}})"), "t").empty());
  ASSERT_EQ(c.now().mcp.size(), 2u);
  EXPECT_EQ(c.now().mcp[0].command, (std::vector<std::string>{"npx", "-y", "a b"}));
  EXPECT_TRUE(c.now().mcp[0].ask);
  EXPECT_EQ(c.now().mcp[0].timeout, std::chrono::seconds(30));
  EXPECT_FALSE(c.now().mcp[1].ask);
  EXPECT_EQ(c.now().mcp[1].timeout, std::chrono::seconds(5));
  for (const char* wrong : {R"({"a":{}})", R"({"a":{"command":["x"],"url":"http://h"}})", R"({"a":{"url":"ftp://h"}})", R"({"a":{"command":"x | y"}})",
                            R"({"a":{"command":["x"],"allow":"always"}})", R"({"a":{"command":["x"],"env":{"=":"y"}}})"}) {
    Configuration bad;
    EXPECT_FALSE(bad.set(Layer::user, {{"mcp", {{"servers", parsed(wrong)}}}}, "t").empty()) << wrong;
  }
  std::vector<ConfigProblem> problems;
  const json kept = narrow(R"({"mcp":{"servers":{"evil":{"command":["touch","/tmp/x"]}}}})", "{}", problems);
  EXPECT_TRUE(kept.dump().find("evil") == std::string::npos) << kept;
  EXPECT_EQ(problems.size(), 1u);
}

TEST(Config, LetsAWorkspaceFileNameAProviderOfTheUser) {
  std::vector<ConfigProblem> problems;
  const json kept = narrow(R"({"completion":{"providers":["mine"]}})", R"({"providers":{"mine":{"kind":"ollama"}}})", problems);
  EXPECT_EQ(kept["completion"]["providers"], json::array({"mine"}));
}

TEST(Config, LetsAWorkspaceFileOnlyShrinkJurisdictionsAndGrowExclusions) {
  std::vector<ConfigProblem> problems;
  const json kept = narrow(R"({"privacy":{"jurisdictions":["eu","cn"],"exclude":["secret/**"]}})",
                           R"({"privacy":{"exclude":["**/*.pem"]}})", problems);
  EXPECT_EQ(kept["privacy"]["jurisdictions"], json::array({"eu"}));
  EXPECT_THAT(kept["privacy"]["exclude"], testing::Contains("**/*.pem"));
  EXPECT_THAT(kept["privacy"]["exclude"], testing::Contains("secret/**"));
}

TEST(Config, LetsAWorkspaceFileOnlyTightenWhatHappensToSecrets) {
  std::vector<ConfigProblem> problems;
  EXPECT_EQ(narrow(R"({"privacy":{"secrets":"block"}})", "{}", problems)["privacy"]["secrets"], "block");
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(narrow(R"({"privacy":{"secrets":"off"}})", "{}", problems).contains("privacy"));
  EXPECT_FALSE(narrow(R"({"privacy":{"secrets":"redact"}})", R"({"privacy":{"secrets":"block"}})", problems).contains("privacy"));
  EXPECT_EQ(problems.size(), 2u);
}

TEST(Config, LetsNoWorkspaceFileTakeBackWhatTheUserExcludes) {
  std::vector<ConfigProblem> problems;
  const json kept = narrow(R"({"privacy":{"exclude":["!customers/"]}})", R"({"privacy":{"exclude":["customers/"]}})", problems);
  EXPECT_EQ(kept["privacy"]["exclude"], json::array({"customers/"}));
  EXPECT_EQ(problems.size(), 1u);
}

class ConfigFiles : public testing::Test {
 protected:
  ConfigFiles() {
    std::string pattern = (fs::temp_directory_path() / "fimd-config-XXXXXX").string();
    top = ::mkdtemp(pattern.data());
    if (const char* old = std::getenv("XDG_CONFIG_HOME")) before = old;
    ::setenv("XDG_CONFIG_HOME", top.c_str(), 1);
  }
  ~ConfigFiles() override {
    if (before) ::setenv("XDG_CONFIG_HOME", before->c_str(), 1);
    else ::unsetenv("XDG_CONFIG_HOME");
    std::error_code ec;
    fs::remove_all(top, ec);
  }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(top + "/" + path).parent_path());
    std::ofstream(top + "/" + path) << text;
  }
  std::vector<ConfigProblem> load(const std::vector<std::string>& folders) {
    std::vector<std::string> roots;
    for (const auto& folder : folders) roots.push_back(top + "/" + folder);
    return load_files(configuration, roots);
  }
  std::string top;
  std::optional<std::string> before;
  Configuration configuration;
};

TEST_F(ConfigFiles, SeveralFoldersNarrowOneAfterAnother) {
  write("a/.fimd/config.json", R"({"completion": {"hard_ms": 150}, "privacy": {"exclude": ["a/**"]}})");
  write("b/.fimd/config.json", R"({"completion": {"hard_ms": 180}, "privacy": {"exclude": ["b/**"]}})");
  const auto problems = load({"a", "b"});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "completion.hard_ms");
  EXPECT_EQ(to_ms(configuration.now().completion.hard), 150);
  EXPECT_THAT(configuration.now().exclude, testing::IsSupersetOf({"a/**", "b/**"}));
}

TEST_F(ConfigFiles, LoadingAgainForgetsWhatAFileNoLongerSays) {
  write("fimd/config.json", R"({"completion": {"max_lines": 7}})");
  write("a/.fimd/config.json", R"({"privacy": {"exclude": ["a/**"]}})");
  load({"a"});
  EXPECT_EQ(configuration.now().completion.max_lines, 7u);
  write("fimd/config.json", "{}");
  write("a/.fimd/config.json", "{}");
  EXPECT_TRUE(load({"a"}).empty());
  EXPECT_EQ(configuration.now().completion.max_lines, 16u);
  EXPECT_THAT(configuration.now().exclude, testing::Not(testing::Contains("a/**")));
}

TEST_F(ConfigFiles, KeepsALayerWhoseFileIsBroken) {
  write("fimd/config.json", R"({"completion": {"max_lines": 7}})");
  write("a/.fimd/config.json", R"({"completion": {"hard_ms": 150}})");
  load({"a"});
  write("fimd/config.json", "{ broken");
  write("a/.fimd/config.json", "[]");
  EXPECT_EQ(load({"a"}).size(), 2u);
  EXPECT_EQ(configuration.now().completion.max_lines, 7u);
  EXPECT_EQ(to_ms(configuration.now().completion.hard), 150);
}

TEST_F(ConfigFiles, TheStampTellsAChange) {
  const std::vector<std::string> roots = {top + "/a"};
  const std::string none = config_stamp(roots);
  write("a/.fimd/config.json", "{}");
  const std::string some = config_stamp(roots);
  EXPECT_NE(some, none);
  EXPECT_EQ(config_stamp(roots), some);
  write("a/.fimd/config.json", "{ }");
  EXPECT_NE(config_stamp(roots), some);
}

TEST(Config, SaysThatTrailingCommasAreNotAllowed) {
  const auto value = parse_config_text("{\"a\": 1,}");
  ASSERT_FALSE(value);
  EXPECT_THAT(value.error().message, testing::HasSubstr("trailing commas"));
}

TEST(Config, SchemaDescribesEveryKey) {
  const json schema = config_schema();
  EXPECT_EQ(schema["properties"]["completion"]["properties"]["hard_ms"]["default"], 200);
  EXPECT_EQ(schema["properties"]["providers"]["additionalProperties"]["properties"]["kind"]["type"], "string");
}

TEST(Config, KnowsEveryKindOfProvider) {
  const json schema = config_schema();
  json kinds = schema["properties"]["providers"]["additionalProperties"]["properties"]["kind"]["enum"];
  std::vector<std::string> known(providers::codec_kinds().begin(), providers::codec_kinds().end());
  known.emplace_back("builtin");
  EXPECT_THAT(kinds.get<std::vector<std::string>>(), testing::UnorderedElementsAreArray(known));
}

TEST(Config, ReadsWhatARepairMayCost) {
  Configuration c;
  EXPECT_EQ(c.now().agent.max_tokens, 1'000'000);
  EXPECT_TRUE(c.now().agent.tools);
  const auto problems = c.set(Layer::user, parsed(R"({"providers":{"strong":{"kind":"anthropic","model":"m","price":{"input":3,"output":15}},"free":{"kind":"ollama"}},
    "agent":{"provider":"strong","max_cost_usd":0.5,"max_tokens":50000,"tools":false}})"), "user");
  ASSERT_TRUE(problems.empty());
  const auto strong = std::ranges::find(c.now().providers, "strong", &providers::ProviderConfig::name);
  ASSERT_NE(strong, c.now().providers.end());
  EXPECT_EQ(providers::price_of(*strong).input, 3);
  EXPECT_EQ(providers::price_of(*strong).cached, 3);  // as input, unless it is said
  EXPECT_EQ(providers::price_of(*strong).output, 15);
  EXPECT_EQ(c.now().agent.max_cost_usd, 0.5);
  EXPECT_EQ(c.now().agent.max_tokens, 50'000);
  EXPECT_FALSE(c.now().agent.tools);
}

TEST(Config, AWorkspaceCanOnlyMakeRepairsCheaper) {
  const json outer = Configuration().effective();
  std::vector<ConfigProblem> problems;
  const json dearer = narrowed(parsed(R"({"agent":{"max_tokens":100000000,"max_cost_usd":100}})"), outer, "workspace", problems);
  EXPECT_EQ(problems.size(), 2u);
  EXPECT_FALSE(dearer.contains("agent")) << dearer;
  problems.clear();
  const json cheaper = narrowed(parsed(R"({"agent":{"max_tokens":5000,"max_cost_usd":0.1}})"), outer, "workspace", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(cheaper["agent"]["max_tokens"], 5000);
}

TEST(Config, ReadsHowAnEndpointIsReached) {
  Configuration c;
  const auto problems = c.set(Layer::user, parsed(R"({"providers":{"cloud":{"kind":"chat","url":"https://a.example","model":"m",
    "path":"/deployments/m?api-version=1","api_key_header":"api-key","session_header":"x-user-id","session_user":true}}})"), "user");
  ASSERT_TRUE(problems.empty());
  const auto& p = c.now().providers.at(0);
  EXPECT_EQ(p.path, "/deployments/m?api-version=1");
  EXPECT_EQ(p.api_key_header, "api-key");
  EXPECT_EQ(p.session_header, "x-user-id");
  EXPECT_TRUE(p.session_user);
  EXPECT_EQ(p.session_salt.size(), 32u);
}

TEST(Config, RefusesPathsAndHeadersThatAreNone) {
  for (const char* text : {R"({"kind":"chat","path":"no/slash"})", R"({"kind":"chat","path":"/a b"})",
                           R"({"kind":"chat","api_key_header":"a: b"})", R"({"kind":"chat","session_header":"x\r\ny"})",
                           R"({"kind":"chat","via":"telepathy"})"}) {
    Configuration c;
    const auto problems = c.set(Layer::user, parsed(std::string(R"({"providers":{"p":)") + text + "}}"), "user");
    EXPECT_EQ(problems.size(), 1u) << text;
  }
}

TEST(Config, TakesACheckAsWordsOrAsATextThatIsSplit) {
  Configuration c;
  EXPECT_THAT(c.now().agent.check, testing::IsEmpty());
  EXPECT_EQ(c.now().agent.commands, providers::agent::Commands::off);
  EXPECT_TRUE(c.set(Layer::user, parsed(R"({"agent":{"check":["make","a b"]}})"), "user").empty());
  EXPECT_THAT(c.now().agent.check, testing::ElementsAre("make", "a b"));
  EXPECT_TRUE(c.set_key("agent.check=\"make 'a b' test\"").empty());
  EXPECT_THAT(c.now().agent.check, testing::ElementsAre("make", "a b", "test"));
  const auto problems = c.set_key("agent.check=\"make && make test\"");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].what, testing::HasSubstr("there is no shell"));
  EXPECT_FALSE(c.set(Layer::user, parsed(R"({"agent":{"check":[1]}})"), "user").empty());
}

TEST(Config, LetsAWorkspaceFileNameNoCommandAndOnlyForbidThem) {
  std::vector<ConfigProblem> problems;
  EXPECT_FALSE(narrow(R"({"agent":{"check":["sh","-c","curl evil"]}})", "{}", problems).contains("agent"));
  EXPECT_FALSE(narrow(R"({"agent":{"check":[]}})", R"({"agent":{"check":["make"]}})", problems).contains("agent"));
  EXPECT_FALSE(narrow(R"({"agent":{"commands":"allow"}})", R"({"agent":{"commands":"ask"}})", problems).contains("agent"));
  EXPECT_FALSE(narrow(R"({"agent":{"commands":"ask"}})", "{}", problems).contains("agent"));
  EXPECT_FALSE(narrow(R"({"agent":{"check_minutes":60}})", "{}", problems).contains("agent"));
  EXPECT_FALSE(narrow(R"({"agent":{"network":"loopback"}})", "{}", problems).contains("agent"));
  EXPECT_EQ(problems.size(), 6u);
  EXPECT_EQ(narrow(R"({"agent":{"network":"none"}})", R"({"agent":{"network":"loopback"}})", problems)["agent"]["network"], "none");
  EXPECT_EQ(narrow(R"({"agent":{"commands":"off"}})", R"({"agent":{"commands":"allow"}})", problems)["agent"]["commands"], "off");
  EXPECT_EQ(narrow(R"({"agent":{"check_minutes":1}})", "{}", problems)["agent"]["check_minutes"], 1);
  EXPECT_EQ(problems.size(), 6u);
}

}  // namespace
}  // namespace fimd::lsp
