#include "neucasl/io/design_file.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/ir/flat_netlist.hpp"
#include "neucasl/ir/text.hpp"
#include "neucasl/ir/verifier.hpp"
#include "tests/ir/designs.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::io {
namespace {

namespace fs = std::filesystem;
using ir::Design;

TEST(DesignFile, BytesAndJsonRoundTrip) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Design design = seed == 0 ? ir::test::sample_design() : ir::test::random_design(seed);
    const std::string bytes = encode(design);
    ASSERT_EQ(decode(bytes), design) << seed;
    ASSERT_EQ(encode(decode(bytes)), bytes) << seed;
    const std::string json = encode_json(design);
    ASSERT_EQ(decode_json(json), design) << seed;
    ASSERT_EQ(encode_json(decode_json(json)), json) << seed;
  }
}

TEST(DesignFile, KeepsPlacesOnRequestOnly) {
  const Design design = ir::parse(ir::print(ir::test::sample_design()), "x.ncir");
  const Design with = decode(encode(design, {.locations = true}));
  EXPECT_EQ(with.locations, design.locations);
  for (std::size_t m = 0; m < design.modules.size(); ++m) {
    const ir::Module& in = design.modules[m];
    const ir::Module& out = with.modules[m];
    EXPECT_EQ(out.where, in.where);
    for (std::size_t i = 0; i < in.nets.size(); ++i) EXPECT_EQ(out.nets[i].where, in.nets[i].where);
    for (std::size_t i = 0; i < in.instances.size(); ++i) {
      EXPECT_EQ(out.instances[i].where, in.instances[i].where);
      for (std::size_t p = 0; p < in.instances[i].parameters.size(); ++p) {
        EXPECT_EQ(out.instances[i].parameters[p].where, in.instances[i].parameters[p].where);
      }
    }
    for (std::size_t i = 0; i < in.arrays.size(); ++i) {
      EXPECT_EQ(out.arrays[i].where, in.arrays[i].where);
    }
  }
  EXPECT_EQ(decode_json(encode_json(design, {.locations = true})).locations, design.locations);
  const Design without = decode(encode(design));
  EXPECT_TRUE(without.locations.empty());
  EXPECT_FALSE(without.modules[0].where.valid());
}

class DesignFiles : public testing::Test {
 protected:
  const test::ScratchFolder folder_;
};

TEST_F(DesignFiles, ConvertingInACircleGivesTheSameBytes) {
  const Design design = ir::test::sample_design();
  write_design(folder_ / "a.ncir", design);
  write_design(folder_ / "a.pb", read_design(folder_ / "a.ncir"));
  write_design(folder_ / "a.json", read_design(folder_ / "a.pb"));
  write_design(folder_ / "b.ncir", read_design(folder_ / "a.json"));
  write_design(folder_ / "b.pb", read_design(folder_ / "b.ncir"));
  write_design(folder_ / "b.json", read_design(folder_ / "b.pb"));
  for (const char* ending : {".ncir", ".pb", ".json"}) {
    EXPECT_EQ(base::read_file(folder_ / (std::string("a") + ending)),
              base::read_file(folder_ / (std::string("b") + ending)))
        << ending;
  }
}

TEST_F(DesignFiles, WritesAndReadsSpice) {
  Design design;
  design.name = "deck";
  const ir::ModuleId resistor =
      ir::test::two_terminal(design, "resistor", "resistance", {5.0, base::dimension::resistance});
  ir::ModuleBuilder top(design, "top");
  design.top = top.id();
  const ir::NetRef g = top.net("g", ir::Discipline::electrical, 1, true);
  top.instance("r", resistor, {{"p", top.net("a", ir::Discipline::electrical)}, {"n", g}});
  write_design(folder_ / "a.cir", design);
  EXPECT_EQ(base::read_file(folder_ / "a.cir"), "* deck\nr0 n1 0 5\n.op\n.end\n");
  const Design back = read_design(folder_ / "a.cir");
  const ir::FlatNetlist flat = ir::flatten(back);
  ASSERT_EQ(flat.elements(), 1U);
  EXPECT_EQ(flat.kinds[0].element, "resistor");
  EXPECT_EQ(flat.element_name(0), "r0");
  EXPECT_DOUBLE_EQ(flat.parameter_of(0, "resistance"), 5.0);
  for (const char* name : {"a.txt", "a"}) {
    try {
      static_cast<void>(read_design(folder_ / name));
      FAIL();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "io.format");
    }
  }
  EXPECT_THROW(write_design(folder_ / "a.txt", design), base::Error);
}

/// Decodes or refuses; whatever decodes can be verified.
template <class Decode>
void survive(const Decode& read) {
  try {
    const Design design = read();
    base::DiagnosticSink sink;
    static_cast<void>(ir::verify(design, sink));
  } catch (const base::Error&) {
  }
}

TEST(DesignFile, TruncatedAndMutatedBytesDecodeOrAreRefused) {
  const std::string bytes = encode(ir::test::sample_design());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    survive([&] { return decode(bytes.substr(0, length)); });
  }
  base::RandomStream random(4, "test/mutation");
  for (int i = 0; i < 20000; ++i) {
    std::string text = bytes;
    for (std::uint32_t k = 1 + random.below(3); k > 0; --k) {
      text[random.below(static_cast<std::uint32_t>(text.size()))] =
          static_cast<char>(random.below(256));
    }
    survive([&] { return decode(text); });
  }
}

TEST(DesignFile, MutatedJsonDecodesOrIsRefused) {
  const std::string json = encode_json(ir::test::sample_design());
  base::RandomStream random(5, "test/mutation");
  for (int i = 0; i < 2000; ++i) {
    std::string text = json;
    const std::size_t place = random.below(static_cast<std::uint32_t>(text.size()));
    text[place] = "0123456789{}[]\":,-"[random.below(18)];
    survive([&] { return decode_json(text); });
  }
}

std::string code_of_bytes(const std::string& bytes) {
  try {
    static_cast<void>(decode(bytes, "x.pb"));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().where.file, "x.pb");
    return error.diagnostic().code;
  }
  return "";
}

TEST(DesignFile, RefusesWhatIsNoDesign) {
  EXPECT_EQ(code_of_bytes("hello, world"), "io.design");
  EXPECT_EQ(code_of_bytes(std::string(100, '\xff')), "io.design");
  for (const char* text : {"", "{", "[]", "{\"modules\": 3}", "{\"nonsense\": 1}"}) {
    try {
      static_cast<void>(decode_json(text, "x.json"));
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "io.design");
      EXPECT_EQ(error.what(),
                std::string(error.what()).substr(0, std::string(error.what()).find('\n')));
    }
  }
  for (const char* text :
       {R"({"modules": [{"name": "m", "parameters": [{"name": "p"}]}]})",
        R"({"modules": [{"name": "m", "parameters": [{"name": "p", "value": {"quantity":
            {"value": 1, "dimension": {"metre": 200}}}}]}]})"}) {
    EXPECT_THROW(static_cast<void>(decode_json(text)), base::Error) << text;
  }
}

// Written once by version 0.1.0. They must stay readable; never write them anew.
TEST(DesignFile, GoldenFilesOfVersionOneReadForever) {
  const fs::path folder = fs::path(NEUCASL_TEST_DATA) / "io" / "golden";
  const Design design = read_design(folder / "design_v1.pb");
  EXPECT_EQ(design, read_design(folder / "design_v1.ncir"));
  base::DiagnosticSink sink;
  EXPECT_TRUE(ir::verify(design, sink));
  ASSERT_EQ(design.modules.size(), 5U);
  EXPECT_EQ(design.top, ir::ModuleId(std::size_t{4}));
  EXPECT_EQ(design.modules[1].parameters.size(), 6U);
  EXPECT_EQ(design.modules[3].tables[0].values[5], 1e300);
  EXPECT_EQ(design.modules[3].arrays[0].pins[1].column_stride, -1);
  EXPECT_EQ(encode(design), base::read_file(folder / "design_v1.pb"));
  EXPECT_EQ(ir::print(design), base::read_file(folder / "design_v1.ncir"));
}

TEST(DesignFile, TheGoldenFilesAreTheSample) {
  const fs::path folder = fs::path(NEUCASL_TEST_DATA) / "io" / "golden";
  EXPECT_EQ(read_design(folder / "design_v1.pb"), ir::test::sample_design());
}

}  // namespace
}  // namespace neucasl::io
