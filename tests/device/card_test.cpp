#include "neucasl/device/card.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::device {
namespace {

namespace dim = base::dimension;
namespace fs = std::filesystem;

constexpr const char* head =
    "<card id=\"c\" family=\"memristor\" title=\"t\">\n"
    "<citation key=\"ref\" doi=\"10.1/x\">A. Author, Journal, 2020</citation>\n";

constexpr const char* number =
    "<number name=\"g\" value=\"40\" unit=\"uS\" kind=\"fitted\" source=\"ref\" place=\"fig. 1\" ";

Card card(const std::string& body) { return parse_card(head + body + "\n</card>", "c.xml"); }

struct Bad {
  const char* body;  ///< Stands from line 3 on.
  const char* code;
  std::uint32_t line;
  const char* message;
};

const Bad bad_bodies[] = {
    {"<number name=\"g\">", "device.xml", 4, "malformed"},
    {"<numbr/>", "device.xml", 3, "<numbr>"},
    {"\n<number nam=\"g\"/>", "device.xml", 4, "'nam'"},
    {"<number/>", "device.xml", 3, "no attribute 'name'"},
    {"<number name=\"g\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\"/>", "device.xml", 3,
     "no attribute 'value'"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\"/>", "device.xml", 3,
     "no attribute 'place'"},
    {"<number name=\"g\" value=\"1\" kind=\"fitted\" source=\"ref\" place=\"p\"/>", "device.unit",
     3, "'g' has no unit"},
    {"<number name=\"g\" value=\"1 S\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\"/>",
     "device.unit", 3, "carries its unit"},
    {"<number name=\"g\" value=\"1 %\" unit=\"1\" kind=\"fitted\" source=\"ref\" place=\"p\"/>",
     "device.unit", 3, "carries its unit"},
    {"<number name=\"g\" value=\"5 ppm\" unit=\"1\" kind=\"fitted\" source=\"ref\" place=\"p\"/>",
     "device.unit", 3, "carries its unit"},
    {"<number name=\"g\" value=\"1\" unit=\"sS\" kind=\"fitted\" source=\"ref\" place=\"p\"/>",
     "base.quantity", 3, "unknown unit 'sS'"},
    {"<number name=\"g\" value=\"nan\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\"/>",
     "base.quantity", 3, "not a finite number"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" place=\"p\"/>", "device.source", 3,
     "has no source"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"reff\" place=\"p\"/>",
     "device.source", 3, "'reff'"},
    {"<citation key=\"ref\">again</citation>", "device.source", 3, "given twice"},
    {"<citation key=\"other\"/>", "device.source", 3, "says nothing"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" source=\"ref\" place=\"p\"/>", "device.kind", 3,
     "has no kind"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"guessed\" source=\"ref\" place=\"p\"/>",
     "device.kind", 3, "'guessed'"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\" "
     "min=\"2\"/>",
     "device.range", 3, "outside"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\" "
     "max=\"0.5\"/>",
     "device.range", 3, "outside"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"gauss\" sigma=\"1\"/></number>",
     "device.range", 4, "'gauss'"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"normal\" sigma=\"-1\"/></number>",
     "device.range", 4, "negative"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"normal\" relative_sigma=\"-0.1\"/></number>",
     "device.range", 4, "negative"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"normal\" sigma=\"1\" low=\"3\" high=\"2\"/></number>",
     "variation.distribution", 4, "not in order"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"uniform\" low=\"3\"/></number>",
     "device.xml", 4, "no attribute 'high'"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"uniform\" low=\"3\" high=\"4\" sigma=\"1\"/></number>",
     "device.xml", 4, "'sigma'"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"table\" file=\"none.csv\"/></number>",
     "base.file", 4, "none.csv"},
    {"<number name=\"g\" value=\"1\" unit=\"S\" kind=\"fitted\" source=\"ref\" place=\"p\">\n"
     "<spread distribution=\"normal\" sigma=\"1\" scope=\"die\"/></number>",
     "device.range", 4, "'die'"},
    {"<choice name=\"x\" value=\"a\"/>\n<choice name=\"x\" value=\"b\"/>", "device.name", 4,
     "'x' is given twice"},
    {"<choice name=\"x\"/>", "device.xml", 3, "no attribute 'value'"},
    {"<polynomial name=\"s\" unit=\"S\" scale=\"0\" scale_unit=\"S\" kind=\"fitted\" "
     "source=\"ref\" place=\"p\"><coefficient order=\"0\" value=\"1\"/></polynomial>",
     "device.range", 3, "is zero"},
    {"<polynomial name=\"s\" unit=\"S\" scale=\"1\" scale_unit=\"S\" kind=\"fitted\" "
     "source=\"ref\" place=\"p\"/>",
     "device.range", 3, "no coefficient"},
    {"<polynomial name=\"s\" unit=\"S\" scale=\"1\" scale_unit=\"S\" kind=\"fitted\" "
     "source=\"ref\" place=\"p\">\n<coefficient order=\"1\" value=\"1\"/></polynomial>",
     "device.range", 4, "out of order"},
    {"<polynomial name=\"s\" scale=\"1\" scale_unit=\"S\" kind=\"fitted\" source=\"ref\" "
     "place=\"p\"/>",
     "device.unit", 3, "has no unit"},
};

TEST(Card, ExplainsEachFaultWithItsPlace) {
  for (const Bad& bad : bad_bodies) {
    try {
      static_cast<void>(card(bad.body));
      ADD_FAILURE() << bad.body;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, bad.code) << error.what();
      EXPECT_EQ(error.diagnostic().where.file, "c.xml");
      EXPECT_EQ(error.diagnostic().where.line, bad.line) << error.what();
      EXPECT_GT(error.diagnostic().where.column, 0U);
      EXPECT_NE(error.diagnostic().message.find(bad.message), std::string::npos) << error.what();
      EXPECT_FALSE(error.diagnostic().remedy.empty());
    }
  }
  for (const char* text : {"", "<flow/>", "<card id=\"c\" family=\"f\"/>"}) {
    try {
      static_cast<void>(parse_card(text, "c.xml"));
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "device.xml") << text;
    }
  }
}

TEST(Card, ReadsNumbersInSiUnits) {
  const Card c = card(std::string(number) +
                      "conditions=\"25 C\" min=\"0\" max=\"40\">"
                      "<spread distribution=\"normal\" sigma=\"2\"/></number>"
                      "<choice name=\"encoding\" value=\"pulse-width\"/>");
  EXPECT_EQ(c.id, "c");
  EXPECT_EQ(c.family, "memristor");
  const Number* g = c.find("g");
  ASSERT_NE(g, nullptr);
  EXPECT_DOUBLE_EQ(g->value.value, 40e-6);
  EXPECT_EQ(g->value.dimension, dim::conductance);
  EXPECT_EQ(g->kind, Kind::fitted);
  EXPECT_EQ(g->conditions, "25 C");
  ASSERT_TRUE(g->spread.has_value());
  EXPECT_DOUBLE_EQ(g->spread->sigma, 2e-6);
  EXPECT_EQ(c.find("none"), nullptr);
  EXPECT_EQ(c.choice("encoding").value, "pulse-width");
  EXPECT_EQ(c.citation("ref")->doi, "10.1/x");
}

TEST(Card, ALognormalSpreadIsOfTheLogarithm) {
  const Card c =
      card(std::string(number) + "><spread distribution=\"lognormal\" sigma=\"0.5\"/></number>");
  EXPECT_DOUBLE_EQ(c.find("g")->spread->sigma, 0.5);
}

TEST(Card, AsksByNameAndDimensionAndRecordsUses) {
  const Card c = card(std::string(number) + "/>");
  UseList uses;
  EXPECT_DOUBLE_EQ(c.si("g", dim::conductance, uses), 40e-6);
  EXPECT_DOUBLE_EQ(c.si("g", dim::conductance, uses), 40e-6);
  ASSERT_EQ(uses.uses().size(), 1U);
  EXPECT_EQ(uses.uses()[0].value, "40 uS");
  EXPECT_EQ(uses.uses()[0].citation, "A. Author, Journal, 2020");
  EXPECT_EQ(uses.uses()[0].place, "fig. 1");
  const auto failure = [](const auto& call) {
    try {
      call();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "device.number");
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(failure([&] { c.si("gg", dim::conductance, uses); }).find("did you mean 'g'"),
            std::string::npos);
  EXPECT_NE(failure([&] { c.si("g", dim::voltage, uses); }).find("in 'S'"), std::string::npos);
  EXPECT_NE(failure([&] { static_cast<void>(c.polynomial("g", uses)); }), "");
  EXPECT_NE(failure([&] { static_cast<void>(c.choice("g")); }), "");
  EXPECT_EQ(uses.uses().size(), 1U);
}

TEST(Polynomial, IsScaledAndHeldAtZero) {
  const Card c = card(
      "<polynomial name=\"s\" unit=\"uS\" scale=\"40\" scale_unit=\"uS\" kind=\"fitted\" "
      "source=\"ref\" place=\"p\"><coefficient order=\"0\" value=\"1\"/>"
      "<coefficient order=\"1\" value=\"-2\"/><coefficient order=\"2\" value=\"0.5\"/>"
      "</polynomial>");
  UseList uses;
  const Polynomial& s = c.polynomial("s", uses);
  EXPECT_DOUBLE_EQ(s(0.0), 1e-6);
  EXPECT_DOUBLE_EQ(s(10e-6), (1.0 - 0.5 + 0.5 / 16) * 1e-6);
  EXPECT_EQ(s(40e-6), 0.0);
  EXPECT_EQ(uses.uses()[0].value, "coefficients 1, -2, 0.5 in 1 uS");
}

TEST(UseList, IsSortedWithoutRepetition) {
  UseList list;
  EXPECT_EQ(list.assumed_share(), 0.0);
  list.add(Use{"b", "x", "1", Kind::assumed, "r", "p", "c"});
  list.add(Use{"a", "y", "1", Kind::measured, "r", "p", "c"});
  list.add(Use{"a", "x", "1", Kind::fitted, "r", "p", "c"});
  UseList other;
  other.add(Use{"b", "x", "1", Kind::assumed, "r", "p", "c"});
  other.add(Use{"c", "x", "1", Kind::derived, "r", "p", "c"});
  list.add(other);
  ASSERT_EQ(list.uses().size(), 4U);
  EXPECT_EQ(list.uses()[0].name, "x");
  EXPECT_EQ(list.uses()[1].name, "y");
  EXPECT_EQ(list.uses()[3].card, "c");
  EXPECT_DOUBLE_EQ(list.assumed_share(), 0.25);
}

class Cards : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* place : {"user/alpha.xml", "bundled/deep/alpha.xml", "bundled/beta.xml"}) {
      const std::string id = fs::path(place).stem().string();
      base::write_file(folder_ / place, "<card id=\"" + id + "\" family=\"f\" title=\"" +
                                            std::string(place) + "\"/>");
    }
    base::write_file(folder_ / "bundled" / "note.txt", "not a card");
    base::write_file(folder_ / "bundled" / "wrong.xml",
                     "<card id=\"right\" family=\"f\" title=\"t\"/>");
  }
  const test::ScratchFolder folder_;
};

TEST_F(Cards, AreFoundByIdEarlierFoldersFirst) {
  const Library library({folder_ / "none", folder_ / "user", folder_ / "bundled"});
  EXPECT_EQ(library.ids(), (std::vector<std::string>{"alpha", "beta", "wrong"}));
  EXPECT_EQ(library.files().size(), 4U);
  EXPECT_EQ(library.load("alpha").title, "user/alpha.xml");
  EXPECT_EQ(library.load("beta").title, "bundled/beta.xml");
  try {
    static_cast<void>(library.load("alpah", {"flow.xml", 1, 2}));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "device.unknown");
    EXPECT_EQ(error.diagnostic().where.file, "flow.xml");
    EXPECT_NE(error.diagnostic().remedy.find("alpha, beta"), std::string::npos);
  }
  try {
    static_cast<void>(library.load("wrong"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "device.name");
  }
}

std::vector<fs::path> shipped_cards() {
  const fs::path source = NEUCASL_SOURCE_FOLDER;
  std::vector<fs::path> files = Library({source / "devices"}).files();
  for (const auto& entry : fs::directory_iterator(source / "examples")) {
    if (fs::exists(entry.path() / "architecture.xml")) {
      files.push_back(entry.path() / "architecture.xml");
    }
  }
  return files;
}

TEST(ShippedCards, LoadAndEveryNumberHasASource) {
  const std::vector<fs::path> files = shipped_cards();
  ASSERT_GE(files.size(), 3U) << "no card was found: the test would prove nothing";
  std::size_t numbers = 0;
  for (const fs::path& file : files) {
    const Card c = load_card(file);
    for (const Number& n : c.numbers) {
      ++numbers;
      ASSERT_NE(c.citation(n.source), nullptr) << file << ' ' << n.name;
      EXPECT_FALSE(c.citation(n.source)->text.empty()) << file << ' ' << n.name;
      EXPECT_FALSE(n.place.empty()) << file << ' ' << n.name;
    }
    for (const Polynomial& p : c.polynomials) {
      ASSERT_NE(c.citation(p.source), nullptr) << file << ' ' << p.name;
      EXPECT_FALSE(p.place.empty()) << file << ' ' << p.name;
    }
  }
  EXPECT_GT(numbers, 20U);
}

}  // namespace
}  // namespace neucasl::device
