#include "neucasl/plugin/host.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::plugin {
namespace {

namespace fs = std::filesystem;

template <class Call>
base::Diagnostic failure(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  return {};
}

class Manifests : public testing::Test {
 protected:
  void add(const std::string& name, const std::string& text) {
    base::write_file(root_ / name / "manifest.xml", text);
  }
  void add_good(const std::string& name, const std::string& library = "plugin.so") {
    add(name, "<plugin name=\"" + name + "\" version=\"1.0\" abi=\"8.0\" library=\"" + library +
                  "\"><provides kind=\"front-end\"/></plugin>");
  }

  const test::ScratchFolder root_;
};

constexpr const char* head = "<plugin name=\"p\" version=\"1\" abi=\"8.0\" library=\"l.so\">\n";

TEST_F(Manifests, AreRead) {
  add("p", std::string(head) +
               "<summary> what it does </summary><provides kind=\"front-end\"/>"
               "<provides kind=\"circuit-simulator\"/>"
               "<parameter name=\"tolerance\" type=\"quantity\" unit=\"mV\" default=\"1 mV\" "
               "min=\"1 uV\" max=\"1 V\" meaning=\"m\"/>"
               "<parameter name=\"mode\" type=\"text\" choices=\"a  b\" optional=\"true\" "
               "meaning=\"m\"/></plugin>");
  const Manifest manifest = read_manifest(root_ / "p" / "manifest.xml");
  EXPECT_EQ(manifest.summary, "what it does");
  EXPECT_TRUE(manifest.provides(PluginKind::circuit_simulator));
  EXPECT_FALSE(manifest.provides(PluginKind::reliability_estimator));
  ASSERT_EQ(manifest.parameters.size(), 2U);
  EXPECT_EQ(manifest.parameters[0].type, ParameterType::quantity);
  EXPECT_DOUBLE_EQ(*manifest.parameters[0].min, 1e-6);
  EXPECT_EQ(manifest.parameters[1].choices, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(manifest.parameters[1].optional);
}

TEST_F(Manifests, ExplainEachFault) {
  struct Bad {
    std::string text;
    std::uint32_t line;
    const char* message;
  };
  const std::string provides = "<provides kind=\"front-end\"/>\n";
  const Bad bad[] = {
      {"<plugin", 0, "malformed"},
      {"<card/>", 1, "root element"},
      {"<plugin nam=\"p\"/>", 1, "'nam'"},
      {"<plugin version=\"1\" abi=\"8.0\" library=\"l\"/>", 1, "'name'"},
      {"<plugin name=\"p\" abi=\"8.0\" library=\"l\"/>", 1, "'version'"},
      {"<plugin name=\"p\" version=\"1\" library=\"l\"/>", 1, "'abi'"},
      {"<plugin name=\"p\" version=\"1\" abi=\"8.0\"/>", 1, "'library'"},
      {"<plugin name=\"q\" version=\"1\" abi=\"8.0\" library=\"l\">" + provides + "</plugin>", 1,
       "lies in folder 'p'"},
      {"<plugin name=\"p\" version=\"1\" abi=\"8.0\" library=\"../l\">" + provides + "</plugin>", 1,
       "is a path"},
      {std::string(head) + "</plugin>", 1, "provides nothing"},
      {std::string(head) + "<provides kind=\"frontend\"/></plugin>", 2, "'frontend'"},
      {std::string(head) + "<provides/></plugin>", 2, "'kind'"},
      {std::string(head) + "<provide/></plugin>", 2, "<provide>"},
      {std::string(head) + provides + "<parameter name=\"a\" meaning=\"m\"/></plugin>", 3,
       "'type'"},
      {std::string(head) + provides + "<parameter name=\"a\" type=\"text\"/></plugin>", 3,
       "'meaning'"},
      {std::string(head) + provides +
           "<parameter name=\"a\" type=\"number\" meaning=\"m\"/></plugin>",
       3, "'number'"},
      {std::string(head) + provides +
           "<parameter name=\"a\" type=\"quantity\" unit=\"V\" min=\"1 s\" "
           "meaning=\"m\"/></plugin>",
       3, "is in s"},
      {std::string(head) + provides +
           "<parameter name=\"a\" type=\"quantity\" unit=\"volt\" min=\"1\" "
           "meaning=\"m\"/></plugin>",
       3, "'volt'"},
      {std::string(head) + "<provides kind=\"precision-method\"/></plugin>", 1, "names none"},
      {std::string(head) + provides + "<method name=\"m\" variants=\"v\" summary=\"s\"/></plugin>",
       1, "does not provide them"},
      {std::string(head) + "<provides kind=\"precision-method\"/>\n" +
           "<method name=\"m\" variants=\" \" summary=\"s\"/></plugin>",
       3, "has no variant"},
  };
  for (const Bad& b : bad) {
    add("p", b.text);
    const base::Diagnostic found =
        failure([&] { static_cast<void>(read_manifest(root_ / "p" / "manifest.xml")); });
    EXPECT_EQ(found.code, "plugin.manifest") << b.text;
    EXPECT_NE(found.message.find(b.message), std::string::npos) << found.message;
    EXPECT_EQ(found.where.file, (root_ / "p" / "manifest.xml").string());
    if (b.line > 0) {
      EXPECT_EQ(found.where.line, b.line) << b.text;
    }
  }
}

TEST_F(Manifests, BrokenOnesAreReportedAndLeftOut) {
  add_good("beta");
  add_good("alpha");
  add("broken", "<plugin");
  fs::create_directories(root_ / "no_manifest");
  const Host host({root_ / "none", root_.path()});
  base::DiagnosticSink sink;
  const std::vector<Manifest> found = host.manifests(sink);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "alpha");
  EXPECT_EQ(sink.error_count(), 1U);
  EXPECT_EQ(failure([&] { static_cast<void>(host.find("broken", PluginKind::front_end)); }).code,
            "plugin.manifest");
}

TEST_F(Manifests, TheFirstFolderWins) {
  base::write_file(root_ / "user" / "alpha" / "manifest.xml",
                   "<plugin name=\"alpha\" version=\"9.0\" abi=\"8.0\" library=\"l\">"
                   "<provides kind=\"front-end\"/></plugin>");
  add_good("alpha");
  EXPECT_EQ(Host({root_ / "user", root_.path()}).find("alpha", PluginKind::front_end).version,
            "9.0");
}

TEST_F(Manifests, UnknownPluginsAreSuggestedByKind) {
  add_good("memristor");
  const Host host({root_.path()});
  const base::Diagnostic found = failure([&] {
    static_cast<void>(host.find("memristr", PluginKind::front_end, {"flow.xml", 3, 4}));
  });
  EXPECT_EQ(found.code, "plugin.unknown");
  EXPECT_EQ(found.where, (base::Location{"flow.xml", 3, 4}));
  EXPECT_NE(found.remedy.find("did you mean 'memristor'"), std::string::npos);
  const base::Diagnostic kind =
      failure([&] { static_cast<void>(host.find("memristor", PluginKind::circuit_simulator)); });
  EXPECT_EQ(kind.code, "plugin.unknown");
  EXPECT_NE(kind.message.find("circuit-simulator"), std::string::npos);
}

TEST_F(Manifests, ALibraryThatIsMissingOrNoLibraryIsRefused) {
  add_good("missing");
  add_good("not_elf");
  base::write_file(root_ / "not_elf" / "plugin.so", "this is not a library");
  Host host({root_.path()});
  for (const char* name : {"missing", "not_elf"}) {
    const base::Diagnostic found =
        failure([&] { static_cast<void>(host.load(host.find(name, PluginKind::front_end))); });
    EXPECT_EQ(found.code, "plugin.load") << name;
    EXPECT_NE(found.message.find("plugin.so"), std::string::npos);
  }
}

#if !defined(NEUCASL_STATIC)

const fs::path plugins = fs::path(NEUCASL_BINARY_FOLDER) / "tests" / "plugins";

TEST(Handshake, AcceptsAGoodPluginAndLoadsItOnce) {
  Host host({plugins});
  const Manifest manifest = host.find("good", PluginKind::front_end);
  const Descriptor& first = host.load(manifest);
  EXPECT_EQ(&first, &host.load(manifest));
  EXPECT_STREQ(first.name, "good");
  EXPECT_NE(host.make_front_end(manifest), nullptr);
  EXPECT_EQ(failure([&] { static_cast<void>(host.make_circuit_simulator(manifest)); }).code,
            "plugin.kind");
}

TEST(Handshake, RefusesEachFaultByName) {
  struct Bad {
    const char* name;
    const char* code;
    const char* message;
  };
  const Bad bad[] = {
      {"wrong_major", "plugin.abi", "ABI 9.0"},
      {"newer_minor", "plugin.abi", "ABI 8.1"},
      {"short_struct", "plugin.abi", "shorter"},
      {"tiny_struct", "plugin.abi", "no descriptor of a known layout"},
      {"null_descriptor", "plugin.abi", "no descriptor"},
      {"wrong_fingerprint", "plugin.toolchain", "'other compiler'"},
      {"name_mismatch", "plugin.name", "'somebody_else'"},
      {"version_mismatch", "plugin.name", "2.0"},
      {"missing_symbol", "plugin.symbol", "'neucasl_plugin_descriptor'"},
      {"missing_factory", "plugin.kind", "promises a front-end"},
      {"throwing_factory", "plugin.exception", "no licence"},
      {"odd_exception", "plugin.exception", "not a std::exception"},
      {"empty_factory", "plugin.exception", "no object"},
  };
  Host host({plugins});
  for (const Bad& b : bad) {
    const base::Diagnostic found = failure(
        [&] { static_cast<void>(host.make_front_end(host.find(b.name, PluginKind::front_end))); });
    EXPECT_EQ(found.code, b.code) << b.name << ": " << found.message;
    EXPECT_NE(found.message.find(b.message), std::string::npos) << found.message;
    EXPECT_NE(found.message.find(std::string("plugin '") + b.name + "'"), std::string::npos);
    EXPECT_FALSE(found.remedy.empty()) << b.name;
    EXPECT_EQ(found.where.file, (plugins / b.name / "manifest.xml").string());
  }
}

TEST(Handshake, APrecisionMethodThatIsPromisedMustBeMade) {
  const test::ScratchFolder root;
  std::filesystem::create_directories(root / "good");
  std::filesystem::copy_file(plugins / "good" / "plugin.so", root / "good" / "plugin.so");
  std::string text = base::read_file(plugins / "good" / "manifest.xml");
  const std::string before = "<provides kind=\"front-end\"/>";
  text.replace(text.find(before), before.size(),
               "<provides kind=\"precision-method\"/>"
               "<method name=\"m\" variants=\"v w\" summary=\"s\"/>");
  base::write_file(root / "good" / "manifest.xml", text);
  Host host({root.path()});
  const Manifest manifest = host.find_method("m");
  EXPECT_EQ(manifest.method("m").variants, (std::vector<std::string>{"v", "w"}));
  const base::Diagnostic found =
      failure([&] { static_cast<void>(host.make_precision_method(manifest, "m")); });
  EXPECT_EQ(found.code, "plugin.kind");
  EXPECT_NE(found.message.find("promises a precision-method"), std::string::npos);
}

TEST(Handshake, OnlyTheFaultyPluginIsRefused) {
  Host host({plugins});
  EXPECT_NE(failure([&] {
              static_cast<void>(host.load(host.find("wrong_major", PluginKind::front_end)));
            }).code,
            "");
  EXPECT_NO_THROW(static_cast<void>(host.load(host.find("good", PluginKind::front_end))));
}

#endif

constexpr Descriptor linked_descriptor = [] {
  Descriptor d = make_descriptor("linked", "1.0");
  d.make_front_end = []() -> FrontEnd* { return nullptr; };
  return d;
}();
const Descriptor* linked() { return &linked_descriptor; }

TEST_F(Manifests, ALinkedPluginTakesThePlaceOfItsLibrary) {
  add_good("linked");
  Host host({root_.path()}, {{"linked", linked}});
  EXPECT_EQ(&host.load(host.find("linked", PluginKind::front_end)), &linked_descriptor);
}

}  // namespace
}  // namespace neucasl::plugin
