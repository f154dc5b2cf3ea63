#include "providers/url.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

TEST(Url, TakesApartWhatIsNeeded) {
  const auto url = parse_url("HTTPS://Api.Example.COM:8443/v1?x=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "api.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/v1?x=1");
  EXPECT_EQ(parse_url("http://[::1]:80/")->host, "::1");
  EXPECT_EQ(parse_url("http://h")->port, 80);
}

TEST(Url, SaysWhatIsWrong) {
  const auto why = [](const char* url) { return parse_url(url).error().message; };
  EXPECT_EQ(why("localhost"), "url localhost has no http:// or https://");
  EXPECT_EQ(why("ftp://h/"), "url ftp://h/ is neither http nor https");
  EXPECT_EQ(why("http:///x"), "url http:///x has no host");
  EXPECT_EQ(why("http://h:99999"), "url http://h:99999 has a bad port");
  EXPECT_EQ(why("http://h:1x"), "url http://h:1x has a bad port");
  EXPECT_EQ(why("http://[::1"), "url http://[::1 has an unclosed bracket");
  EXPECT_EQ(why("http://user:secret@h/").find("secret"), std::string::npos);
}

TEST(Url, OriginHidesPathsAndQueries) {
  EXPECT_EQ(origin("https://h/path?key=secret"), "https://h");
  EXPECT_EQ(origin("http://[::1]:8012/x"), "http://[::1]:8012");
  EXPECT_EQ(origin("nonsense"), "(no url)");
}

TEST(Url, JoinsWithoutRepeatingTheVersion) {
  EXPECT_EQ(join_url("http://h/", "/v1/x", "/v1"), "http://h/v1/x");
  EXPECT_EQ(join_url("http://h/v1/", "/v1/x", "/v1"), "http://h/v1/x");
  EXPECT_EQ(join_url("http://h/a/v1", "/v1/x", "/v1"), "http://h/a/v1/x");
  EXPECT_EQ(join_url("http://h/v1", "/infill"), "http://h/v1/infill");
}

TEST(Url, KnowsLoopback) {
  for (const char* host : {"localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"}) EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"127.0.0.1.example.com", "localhost.example.com", "128.0.0.1", "127.x.0.1", ""}) EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Url, PrintableTextIsShortAndHasNoControls) {
  EXPECT_EQ(printable("a\r\nb\x7f"), "a??b?");
  const std::string long_text = std::string(299, 'x') + "\xc3\xa9";
  EXPECT_EQ(printable(long_text), std::string(299, 'x'));
}

}  // namespace
}  // namespace fimd::providers
