#include <gtest/gtest.h>

#include "tests/layers/checker.hpp"

namespace neucasl::layers {
namespace {

const fs::path source = NEUCASL_SOURCE_FOLDER;

Rules rules() { return read_rules(source / "core" / "layers.txt"); }

TEST(Layers, OfThisTree) {
  Checker checker(source, rules());
  for (const Violation& violation : checker.run()) ADD_FAILURE() << to_string(violation);
  EXPECT_GT(checker.files(), 100U);
  EXPECT_GT(checker.includes(), 300U);
}

TEST(Layers, FoldersAreThoseOfTheRules) {
  const Rules known = rules();
  for (const char* folder : {"core/src", "core/include/neucasl"}) {
    for (const auto& entry : fs::directory_iterator(source / folder)) {
      EXPECT_TRUE(known.layers.contains(entry.path().filename().string())) << entry.path();
    }
  }
}

TEST(Layers, HaveNoCycle) {
  const Rules known = rules();
  // Each layer's allowed layers are allowed no more than it is itself, and never it.
  for (const auto& [layer, allowed] : known.layers) {
    for (const std::string& below : allowed) {
      ASSERT_TRUE(known.layers.contains(below)) << layer << ": " << below;
      EXPECT_FALSE(known.layers.at(below).contains(layer)) << layer << " and " << below;
      for (const std::string& deeper : known.layers.at(below)) {
        EXPECT_TRUE(allowed.contains(deeper)) << layer << " -> " << below << " -> " << deeper;
      }
    }
  }
}

struct Fixture {
  const char* folder;
  const char* file;
  std::size_t line;
  const char* what;
};

const Fixture fixtures[] = {
    {"upward", "core/include/neucasl/base/bad.hpp", 3, "'base' may not include layer 'ir'"},
    {"sideways", "core/src/network/bad.cpp", 1, "'network' may not include layer 'device'"},
    {"unknown_layer", "core/src/ir/bad.cpp", 1, "layer 'nonsense'"},
    {"stray_folder", "core/src/nonsense/bad.cpp", 0, "folder of no layer"},
    {"private_header", "core/src/ir/bad.cpp", 1, "another folder"},
    {"core_uses_plugin", "core/src/base/bad.cpp", 1, "another folder"},
    {"plugin_uses_plugin", "plugins/first/bad.cpp", 1, "'second/own.hpp' lies in another folder"},
    {"plugin_uses_plugin", "plugins/first/worse.cpp", 1, "'../second/own.hpp'"},
    {"plugin_uses_flow", "plugins/first/bad.cpp", 1, "'plugins' may not include layer 'flow'"},
    {"third_party", "core/src/base/bad.cpp", 1, "is not allowed here"},
    {"quoted_third_party", "core/src/base/bad.cpp", 1, "is not allowed here"},
    {"eigen_in_header", "core/include/neucasl/mapping/bad.hpp", 3, "is not allowed here"},
    {"unknown_third_party", "core/src/base/bad.cpp", 1, "is not in layers.txt"},
    {"generated_message", "core/src/ir/bad.cpp", 1, "is not allowed here"},
    {"empty", "", 0, "no source file"},
};

std::vector<Violation> check_fixture(const std::string& folder) {
  return Checker(fs::path(NEUCASL_TEST_DATA) / "layers" / "fixture" / folder, rules()).run();
}

TEST(LayerChecker, FindsEachForbiddenInclude) {
  std::map<std::string, std::size_t> expected;
  for (const Fixture& fixture : fixtures) {
    ++expected[fixture.folder];
    bool found = false;
    for (const Violation& violation : check_fixture(fixture.folder)) {
      found = found || (violation.file.ends_with(fixture.file) && violation.line == fixture.line &&
                        violation.what.find(fixture.what) != std::string::npos);
    }
    EXPECT_TRUE(found) << fixture.folder << ": " << fixture.file;
  }
  for (const auto& [folder, count] : expected) {
    EXPECT_EQ(check_fixture(folder).size(), count) << folder;
  }
}

TEST(LayerChecker, AcceptsAGoodTree) {
  for (const Violation& violation : check_fixture("good")) ADD_FAILURE() << to_string(violation);
}

TEST(LayerChecker, EveryFixtureIsUsed) {
  std::set<std::string> used{"good"};
  for (const Fixture& fixture : fixtures) used.insert(fixture.folder);
  for (const auto& entry :
       fs::directory_iterator(fs::path(NEUCASL_TEST_DATA) / "layers" / "fixture")) {
    EXPECT_TRUE(used.contains(entry.path().filename().string())) << entry.path();
  }
}

}  // namespace
}  // namespace neucasl::layers
