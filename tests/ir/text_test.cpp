#include "neucasl/ir/text.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/ir/verifier.hpp"
#include "tests/ir/designs.hpp"

namespace neucasl::ir {
namespace {

TEST(Text, RoundTripOfEveryConstruct) {
  const Design design = test::sample_design();
  const std::string text = print(design);
  EXPECT_EQ(parse(text), design) << text;
  EXPECT_EQ(print(parse(text)), text);
}

TEST(Text, RoundTripOfRandomDesigns) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Design design = test::random_design(seed);
    const std::string text = print(design);
    const Design back = parse(text);
    ASSERT_EQ(back, design) << seed << '\n' << text;
    ASSERT_EQ(print(back), text) << seed;
  }
}

TEST(Text, EmptyDesign) {
  Design design;
  EXPECT_EQ(parse(print(design)), design);
}

TEST(Text, ReadsFreeLayoutAndComments) {
  const Design design = parse(
      "# first\r\nncir 1 design\"d\" top m # rest\n"
      "module m net a electrical[3]port a inout end# last");
  EXPECT_EQ(design.name, "d");
  EXPECT_EQ(design.top, ModuleId(std::size_t{0}));
  ASSERT_EQ(design.modules.size(), 1U);
  EXPECT_EQ(design.modules[0].nets[0].width, 3U);
}

TEST(Text, MastersMayComeLater) {
  const Design design = parse(
      "ncir 1 design \"d\" module a net x electrical instance i: b (p = x) end\n"
      "module b net p electrical port p input end");
  EXPECT_EQ(design.modules[0].instances[0].master, ModuleId(std::size_t{1}));
}

TEST(Text, ValuesKeepTheirKind) {
  const Design design = parse(
      "ncir 1 design \"d\" primitive p\n"
      "parameter a: true\nparameter b: 3\nparameter c: 3.0\nparameter d: 3 uS\n"
      "parameter e: \"3\"\nparameter f: = \"3\"\nparameter g: 50 %\nparameter h: 1e3 # note\nend");
  const auto& p = design.modules[0].parameters;
  EXPECT_EQ(p[0].value, Value(true));
  EXPECT_EQ(p[1].value, Value(std::int64_t{3}));
  EXPECT_EQ(p[2].value, Value(base::Quantity{3.0, {}}));
  EXPECT_EQ(p[3].value, Value(base::Quantity{3.0 * 1e-6, base::dimension::conductance}));
  EXPECT_EQ(p[4].value, Value(std::string("3")));
  EXPECT_EQ(p[5].value, Value(Expression{"3"}));
  EXPECT_EQ(p[6].value, Value(base::Quantity{0.5, {}}));
  EXPECT_EQ(p[7].value, Value(base::Quantity{1000.0, {}}));
}

TEST(Text, EveryObjectKnowsItsPlace) {
  const Design design = parse(
      "ncir 1\ndesign \"d\"\n"
      "module m\n"                                                         // 3
      "  parameter r: 1 ohm\n"                                             // 4
      "  net a electrical\n"                                               // 5
      "  table t [1 1] \"ohm\" 1 end\n"                                    // 6
      "  instance i: q (p = a) { r: 2 ohm }\n"                             // 7
      "  array s: q [1 1] (p = a[0 + 0 row + 0 column]) { r: table t }\n"  // 8
      "end\nprimitive q parameter r: 1 ohm\nnet p electrical port p inout end\n",
      "x.ncir");
  const auto place = [&](LocationId id) { return to_string(design.location(id)); };
  const Module& m = design.modules[0];
  EXPECT_EQ(place(m.where), "x.ncir:3:1");
  EXPECT_EQ(place(m.parameters[0].where), "x.ncir:4:3");
  EXPECT_EQ(place(m.nets[0].where), "x.ncir:5:3");
  EXPECT_EQ(place(m.tables[0].where), "x.ncir:6:3");
  EXPECT_EQ(place(m.instances[0].where), "x.ncir:7:3");
  EXPECT_EQ(place(m.instances[0].parameters[0].where), "x.ncir:7:27");
  EXPECT_EQ(place(m.arrays[0].where), "x.ncir:8:3");
  EXPECT_EQ(place(m.arrays[0].parameters[0].where), "x.ncir:8:52");
}

struct Bad {
  const char* text;  ///< '@' marks where the error is; the rest of a valid head is put before.
  const char* code;
};

// Heads: "" means that the text is the whole file.
const Bad whole_files[] = {
    {"@", "ir.syntax"},
    {"@design", "ir.syntax"},
    {"ncir @x", "ir.syntax"},
    {"ncir @2\n", "ir.syntax"},
    {"ncir 1\n@modul", "ir.syntax"},
    {"ncir 1 design @d", "ir.syntax"},
    {"ncir 1 design \"d@\n\"", "ir.syntax"},
    {"ncir 1 design \"d\\@\n\"", "ir.syntax"},
    {"ncir 1 design \"d@", "ir.syntax"},
    {"ncir 1 design \"d\"\ntop @none\n", "ir.syntax"},
    {"ncir 1 design \"d\"\ntop @7\n", "ir.syntax"},
    {"ncir 1 design \"d\" @garbage", "ir.syntax"},
};

const Bad module_bodies[] = {
    {"@", "ir.syntax"},
    {"@nets a electrical end", "ir.syntax"},
    {"net @1 electrical end", "ir.syntax"},
    {"net a @electric end", "ir.syntax"},
    {"net a electrical [@0] end", "ir.syntax"},
    {"net a electrical [ @-1] end", "ir.syntax"},
    {"net a electrical [ @999999999999] end", "ir.syntax"},
    {"net a electrical [@99999999999999999999] end", "ir.syntax"},
    {"net a electrical [2@; end", "ir.syntax"},
    {"net a electrical port @b input end", "ir.syntax"},
    {"net a electrical port a @into end", "ir.syntax"},
    {"attribute a @\"x\" end", "ir.syntax"},
    {"attribute a: @x end", "ir.syntax"},
    {"parameter p: @}\nend", "ir.syntax"},
    {"parameter p: \n@end", "base.quantity"},
    {"parameter p: @2 volts\nend", "base.quantity"},
    {"parameter p: @nan\nend", "base.quantity"},
    {"parameter p: @1e999\nend", "base.quantity"},
    {"parameter p: = @2 end", "ir.syntax"},
    {"parameter p: table @t\nend", "ir.syntax"},
    {"table t @2 end", "ir.syntax"},
    {"table t [1 @0] \"\" end end", "ir.syntax"},
    {"table t [1 1] @\"uS\" 1 end end", "ir.syntax"},
    {"table t [1 1] @\"furlong\" 1 end end", "base.quantity"},
    {"table t [1 2] \"S\"\n 1 @end end", "ir.syntax"},
    {"table t [1 1] \"S\"\n 1 2 @end end", "ir.syntax"},
    {"table t [1 1] \"S\"\n @nan end end", "ir.syntax"},
    {"table t [268435456 268435456] \"S\" 1 @end end", "ir.syntax"},
    {"instance i @q () end", "ir.syntax"},
    {"instance i: @none () end", "ir.syntax"},
    {"instance i: q @p end", "ir.syntax"},
    {"net a electrical instance i: q (@x = a) end", "ir.syntax"},
    {"net a electrical instance i: q (p @a) end", "ir.syntax"},
    {"net a electrical instance i: q (p = @b) end", "ir.syntax"},
    {"net a electrical instance i: q (p = a[ @-1]) end", "ir.syntax"},
    {"net a electrical instance i: q (p = a @p = a) end", "ir.syntax"},
    {"instance i: q () { r @1 } end", "ir.syntax"},
    {"instance i: q () { r: 1 ohm, @} end", "ir.syntax"},
    {"array s: q @() end", "ir.syntax"},
    {"array s: q [2 @0] () end", "ir.syntax"},
    {"net a electrical array s: q [1 1] (p = a@) end", "ir.syntax"},
    {"net a electrical array s: q [1 1] (p = a[ @-1 + 0 row + 0 column]) end", "ir.syntax"},
    {"net a electrical array s: q [1 1] (p = a[0 @0 row]) end", "ir.syntax"},
    {"net a electrical array s: q [1 1] (p = a[0 + @-1 row + 0 column]) end", "ir.syntax"},
    {"net a electrical array s: q [1 1] (p = a[0 + 1 @rows + 0 column]) end", "ir.syntax"},
    {"net a electrical array s: q [1 1] (@z = a[0 + 0 row + 0 column]) end", "ir.syntax"},
};

void expect_error(std::string text, const char* code) {
  const std::size_t mark = text.find('@');
  text.erase(mark, 1);
  try {
    static_cast<void>(parse(text, "bad.ncir"));
    ADD_FAILURE() << text;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, code) << text << '\n' << error.what();
    EXPECT_EQ(to_string(error.diagnostic().where), to_string(base::locate(text, mark, "bad.ncir")))
        << text << '\n'
        << error.what();
    EXPECT_FALSE(error.diagnostic().remedy.empty()) << error.what();
  }
}

TEST(Text, FaultsHaveTheirExactPlace) {
  for (const Bad& bad : whole_files) expect_error(bad.text, bad.code);
  const std::string head =
      "ncir 1\ndesign \"d\"\nprimitive q\n  parameter r: 1 ohm\n  net p electrical\n"
      "  port p inout\nend\nmodule m\n  ";
  for (const Bad& bad : module_bodies) expect_error(head + bad.text, bad.code);
}

TEST(Text, SuggestsTheNearestKeyword) {
  try {
    static_cast<void>(parse("ncir 1 design \"d\" module m instence i: q () end"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(error.diagnostic().remedy.find("did you mean 'instance'"), std::string::npos);
  }
}

/// Parses or refuses; whatever parses can be verified and printed.
void survive(const std::string& text) {
  try {
    const Design design = parse(text);
    base::DiagnosticSink sink;
    static_cast<void>(verify(design, sink));
    static_cast<void>(print(design));
  } catch (const base::Error&) {
  }
}

TEST(Text, EveryPrefixParsesOrIsRefused) {
  const std::string text = print(test::sample_design());
  for (std::size_t length = 0; length <= text.size(); ++length) survive(text.substr(0, length));
}

TEST(Text, MutationsParseOrAreRefused) {
  base::RandomStream random(3, "test/mutation");
  const std::string samples[] = {print(test::sample_design()), print(test::random_design(1)),
                                 print(test::random_design(2))};
  constexpr std::string_view alphabet = "0123456789-+.e \n\"\\[](){}:=,#abz_\xff";
  for (int i = 0; i < 6000; ++i) {
    std::string text = samples[i % 3];
    const std::size_t place = random.below(static_cast<std::uint32_t>(text.size()));
    switch (random.below(4)) {
      case 0:
        text.erase(place, 1 + random.below(4));
        break;
      case 1:
        text.insert(place, 1, alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))]);
        break;
      case 2:
        text[place] = static_cast<char>(random.below(256));
        break;
      default:
        text[place] = alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))];
    }
    survive(text);
  }
}

}  // namespace
}  // namespace neucasl::ir
