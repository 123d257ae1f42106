#include "neucasl/base/diagnostics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace neucasl::base {
namespace {

TEST(Diagnostics, LocationLeavesOutWhatIsUnknown) {
  EXPECT_EQ(to_string(Location{}), "");
  EXPECT_EQ(to_string(Location{"a.xml", 0, 0}), "a.xml");
  EXPECT_EQ(to_string(Location{"a.xml", 3, 0}), "a.xml:3");
  EXPECT_EQ(to_string(Location{"a.xml", 3, 4}), "a.xml:3:4");
  EXPECT_FALSE(Location{}.known());
}

TEST(Diagnostics, TextNamesPlaceSeverityCodeAndRemedy) {
  EXPECT_EQ(to_string(Diagnostic{Severity::error, "a.b", {"f", 1, 2}, "wrong", "do right"}),
            "f:1:2: error: wrong [a.b]; do right");
  EXPECT_EQ(to_string(Diagnostic{Severity::warning, "a.b", {}, "odd", ""}), "warning: odd [a.b]");
  EXPECT_EQ(to_string(Diagnostic{Severity::note, "a.b", {}, "so", ""}), "note: so [a.b]");
}

TEST(Diagnostics, ErrorCarriesItsDiagnostic) {
  const Error error("a.b", "wrong", "do right", {"f", 1, 2});
  EXPECT_STREQ(error.what(), "f:1:2: error: wrong [a.b]; do right");
  EXPECT_EQ(error.diagnostic().code, "a.b");
  EXPECT_EQ(error.diagnostic().where.line, 1U);
}

TEST(Diagnostics, SinkCountsErrorsAndThrowsTheFirst) {
  std::vector<std::string> heard;
  DiagnosticSink sink([&](const Diagnostic& d) { heard.push_back(d.code); });
  sink.warning("w", "odd");
  EXPECT_NO_THROW(sink.throw_if_error());
  sink.error("e1", "first");
  sink.error("e2", "second");
  EXPECT_EQ(sink.error_count(), 2U);
  EXPECT_EQ(sink.all().size(), 3U);
  EXPECT_EQ(heard, (std::vector<std::string>{"w", "e1", "e2"}));
  try {
    sink.throw_if_error();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.diagnostic().code, "e1");
  }
}

TEST(Diagnostics, SinkTakesReportsFromManyThreads) {
  int calls = 0;  // unguarded: the listener is called one at a time
  DiagnosticSink sink([&](const Diagnostic&) { ++calls; });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) sink.error("e", "m");
      });
    }
  }
  EXPECT_EQ(calls, 2000);
  EXPECT_EQ(sink.error_count(), 2000U);
}

TEST(NearestName, FindsSmallSlipsOnly) {
  const std::vector<std::string> names{"conductance", "resistance", "voltage"};
  EXPECT_EQ(nearest_name("conductanse", names), "conductance");
  EXPECT_EQ(nearest_name("resistence", names), "resistance");
  EXPECT_EQ(nearest_name("volage", names), "voltage");
  EXPECT_EQ(nearest_name("voltage", names), "voltage");
  EXPECT_EQ(nearest_name("temperature", names), "");
  EXPECT_EQ(nearest_name("x", {}), "");
  EXPECT_EQ(nearest_name("ab", {"ac", "xy"}), "ac");
  EXPECT_EQ(nearest_name("ab", {"xy"}), "");
}

TEST(Suggest, ListsWhatIsKnown) {
  EXPECT_EQ(suggest("voltag", {"current", "voltage"}),
            "did you mean 'voltage'? known: current, voltage");
  EXPECT_EQ(suggest("zzzzzz", {"current", "voltage"}), "known: current, voltage");
  EXPECT_EQ(suggest("x", {}), "nothing of this kind is known");
}

}  // namespace
}  // namespace neucasl::base
