#include "neucasl/io/safetensors.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "neucasl/base/diagnostics.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::io {
namespace {

using test::ScratchFolder;
using workload::ElementType;
using workload::Tensor;

const std::vector<float>& floats_of(const Tensor& tensor) {
  return std::get<std::vector<float>>(tensor.values);
}

/// A file byte by byte, without the code under test.
std::string file_of(const std::string& header, const std::string& values,
                    std::uint64_t claimed_more = 0) {
  const std::uint64_t length = header.size() + claimed_more;
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + values;
}

std::string write_bytes(const ScratchFolder& folder, const std::string& name,
                        const std::string& bytes) {
  const std::string file = (folder / name).string();
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

base::Diagnostic refusal_of(const std::string& bytes) {
  const ScratchFolder folder;
  const std::string file = write_bytes(folder, "w.safetensors", bytes);
  try {
    const auto weights = read_safetensors(file);
    for (const std::string& name : weights->names()) static_cast<void>(weights->read(name));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().where.file, file);
    EXPECT_FALSE(error.diagnostic().remedy.empty());
    return error.diagnostic();
  }
  return {base::Severity::note, "nothing refused", {}, "", ""};
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& range) {
  return '"' + name + R"(":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" +
         range + '}';
}

std::string bytes_of_floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

TEST(Safetensors, ReadsEachFormOfNumbers) {
  // 1.5 and -2 in each form, by hand, behind one byte so that nothing is aligned.
  const std::string values(
      "\x01"
      "\x00\x00\xC0\x3F\x00\x00\x00\xC0"
      "\x00\x3E\x00\xC0"
      "\xC0\x3F\x00\xC0"
      "\x00\x00\x00\x00\x00\x00\xF8\x3F\x00\x00\x00\x00\x00\x00\x00\xC0",
      33);
  const std::string header =
      '{' + entry("u", "U8", "[1]", "[0,1]") + ',' + entry("a", "F32", "[2]", "[1,9]") + ',' +
      entry("b", "F16", "[2]", "[9,13]") + ',' + entry("c", "BF16", "[1,2]", "[13,17]") + ',' +
      entry("d", "F64", "[2,1]", "[17,33]") + ',' + R"("__metadata__":{"format":"pt"}})";
  const ScratchFolder folder;
  const auto weights =
      read_safetensors(write_bytes(folder, "w.safetensors", file_of(header, values)));
  EXPECT_EQ(weights->names(), (std::vector<std::string>{"a", "b", "c", "d", "u"}));
  for (const char* name : {"a", "b", "c", "d"}) {
    const Tensor tensor = weights->read(name);
    EXPECT_EQ(tensor.type.type, ElementType::float32);
    EXPECT_EQ(floats_of(tensor), (std::vector<float>{1.5F, -2.0F})) << name;
  }
  EXPECT_EQ(weights->read("c").type.shape, (workload::TensorShape{1, 2}));
  EXPECT_EQ(weights->find("b")->type, ElementType::float16);
  EXPECT_EQ(weights->find("x"), nullptr);
  EXPECT_THROW(static_cast<void>(weights->read("x")), base::Error);
  EXPECT_THROW(static_cast<void>(weights->read("u")), base::Error);
}

TEST(Safetensors, WhatIsWrittenIsRead) {
  std::map<std::string, Tensor> tensors;
  std::vector<float> values(3'000'001);
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = std::ldexp(static_cast<float>(k % 1024) - 512.0F, -static_cast<int>(k % 7));
  }
  tensors["large"] = Tensor({values.size()}, values);
  tensors["a \"name\"\n"] = Tensor({2, 0}, std::vector<float>{});
  tensors["one"] = Tensor({}, std::vector<float>{-3.25F});
  const ScratchFolder folder;
  for (const StoredNumber form :
       {StoredNumber::float32, StoredNumber::float16, StoredNumber::float64}) {
    write_safetensors(folder / "w.safetensors", tensors, form);
    const auto weights = read_safetensors(folder / "w.safetensors");
    ASSERT_EQ(weights->names().size(), 3U);
    for (const auto& [name, tensor] : tensors) {
      EXPECT_EQ(weights->read(name).type, tensor.type);
      EXPECT_TRUE(floats_of(weights->read(name)) == floats_of(tensor)) << name;
    }
  }
  // bfloat16 has 8 bits: 256 + 1 is between two numbers.
  tensors["one"] = Tensor({}, std::vector<float>{257.0F});
  write_safetensors(folder / "w.safetensors", tensors, StoredNumber::bfloat16);
  EXPECT_EQ(floats_of(read_safetensors(folder / "w.safetensors")->read("one"))[0], 256.0F);
}

TEST(Safetensors, SameIsExact) {
  std::map<std::string, Tensor> tensors;
  tensors["a"] = Tensor({2}, std::vector<float>{1.0F, 2.0F});
  tensors["b"] = tensors["a"];
  tensors["c"] = Tensor({2}, std::vector<float>{1.0F, 2.5F});
  tensors["d"] = Tensor({1, 2}, std::vector<float>{1.0F, 2.0F});
  const ScratchFolder folder;
  write_safetensors(folder / "w.safetensors", tensors);
  const auto weights = read_safetensors(folder / "w.safetensors");
  EXPECT_TRUE(weights->same("a", "b"));
  EXPECT_FALSE(weights->same("a", "c"));
  EXPECT_FALSE(weights->same("a", "d"));
}

TEST(Safetensors, WritesFiniteNumbersOnly) {
  const ScratchFolder folder;
  const auto write = [&](float value, StoredNumber form) {
    write_safetensors(folder / "w.safetensors", {{"w", Tensor({1}, std::vector<float>{value})}},
                      form);
  };
  EXPECT_THROW(write(std::nanf(""), StoredNumber::float32), base::Error);
  EXPECT_THROW(write(1e6F, StoredNumber::float16), base::Error);
  EXPECT_NO_THROW(write(1e6F, StoredNumber::bfloat16));
  EXPECT_THROW(write_safetensors(folder / "w.safetensors",
                                 {{"w", Tensor({1}, std::vector<std::int64_t>{1})}}),
               base::Error);
}

TEST(Safetensors, RefusesBrokenHeaders) {
  const std::string good = '{' + entry("a", "F32", "[2]", "[0,8]") + '}';
  const std::string values = bytes_of_floats({1.0F, 2.0F});
  EXPECT_EQ(refusal_of(file_of(good, values)).code, "nothing refused");
  EXPECT_EQ(refusal_of("").code, "safetensors.file");
  EXPECT_EQ(refusal_of("1234567").code, "safetensors.file");
  EXPECT_EQ(refusal_of(file_of("", "")).code, "safetensors.header");
  const base::Diagnostic claims = refusal_of(file_of(good, values, 9));
  EXPECT_EQ(claims.code, "safetensors.header");
  EXPECT_NE(claims.message.find("claims " + std::to_string(good.size() + 9)), std::string::npos)
      << claims.message;
  EXPECT_EQ(refusal_of(std::string(8, '\xFF')).code, "safetensors.header");
  EXPECT_EQ(refusal_of(file_of(good, values, 3)).code, "safetensors.header");
  for (const std::string text :
       {"[1, 2]", "{", "{\"a\": 1}", "{\"a\": {}}", "{\"a\": null}",
        R"({"a":{"dtype":"F32","shape":[2]}})",
        R"({"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})",
        R"({"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})",
        R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
        R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}})",
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}})"}) {
    EXPECT_EQ(refusal_of(file_of(text, values)).code, "safetensors.header") << text;
  }
  const std::string twice =
      '{' + entry("a", "F32", "[1]", "[0,4]") + ',' + entry("a", "F32", "[1]", "[4,8]") + '}';
  EXPECT_EQ(refusal_of(file_of(twice, values)).code, "safetensors.header");
}

TEST(Safetensors, RefusesRangesThatDoNotFit) {
  const std::string values = bytes_of_floats({1.0F, 2.0F});
  const auto code = [&](const std::string& entries) {
    return refusal_of(file_of('{' + entries + '}', values)).code;
  };
  EXPECT_EQ(code(entry("a", "F32", "[2]", "[0,12]")), "safetensors.range");
  EXPECT_EQ(code(entry("a", "F32", "[2]", "[8,0]")), "safetensors.range");
  EXPECT_EQ(code(entry("a", "F32", "[2]", "[0]")), "safetensors.range");
  EXPECT_EQ(code(entry("a", "F32", "[4294967296,4294967296]", "[0,8]")), "safetensors.range");
  EXPECT_EQ(code(entry("a", "F32", "[3]", "[0,8]")), "safetensors.size");
  EXPECT_EQ(code(entry("a", "F64", "[2]", "[0,8]")), "safetensors.size");
  EXPECT_EQ(code(entry("a", "F7", "[2]", "[0,8]")), "safetensors.type");
  EXPECT_EQ(code(entry("a", "F32", "[1]", "[0,4]")), "safetensors.gap");
  EXPECT_EQ(code(entry("a", "F32", "[1]", "[4,8]")), "safetensors.gap");
  const base::Diagnostic overlap = refusal_of(file_of(
      '{' + entry("a", "F32", "[2]", "[0,8]") + ',' + entry("b", "F16", "[2]", "[4,8]") + '}',
      values));
  EXPECT_EQ(overlap.code, "safetensors.overlap");
  EXPECT_NE(overlap.message.find("'a' and 'b'"), std::string::npos) << overlap.message;
}

TEST(Safetensors, RefusesWeightsThatAreNotFinite) {
  const auto found = [](const std::string& type, const std::string& values) {
    return refusal_of(file_of(
        '{' + entry("w", type, "[1]", "[0," + std::to_string(values.size()) + "]") + '}', values));
  };
  EXPECT_EQ(found("F32", bytes_of_floats({std::nanf("")})).code, "weights.value");
  EXPECT_EQ(found("F16", std::string("\x00\x7C", 2)).code, "weights.value");
  EXPECT_EQ(found("BF16", "\xC0\x7F").code, "weights.value");
  const double large = 1e300;
  const base::Diagnostic beyond =
      found("F64", {reinterpret_cast<const char*>(&large), sizeof large});
  EXPECT_EQ(beyond.code, "weights.value");
  EXPECT_NE(beyond.message.find("'w' is infinite"), std::string::npos) << beyond.message;
}

TEST(Safetensors, ReadsSeveralFilesByTheirIndex) {
  const ScratchFolder folder;
  const auto one = [](float value) { return Tensor({1}, std::vector<float>{value}); };
  write_safetensors(folder / "one.safetensors", {{"a", one(1)}, {"b", one(2)}});
  write_safetensors(folder / "two.safetensors", {{"c", one(3)}});
  const auto index = [&](const std::string& map) {
    static_cast<void>(write_bytes(folder, "model.safetensors.index.json",
                                  "{\"metadata\": {}, \"weight_map\": {" + map + "}}"));
    try {
      const auto weights = read_safetensors(folder.path());
      return std::to_string(floats_of(weights->read("a"))[0] + floats_of(weights->read("c"))[0]);
    } catch (const base::Error& error) {
      return error.diagnostic().code;
    }
  };
  const std::string first = R"("a": "one.safetensors")";
  const std::string right = first + R"(, "b": "one.safetensors", "c": "two.safetensors")";
  EXPECT_EQ(index(right), std::to_string(4.0F));
  EXPECT_EQ(index(first + R"(, "c": "two.safetensors")"), "safetensors.index");
  EXPECT_EQ(index(right + R"(, "d": "two.safetensors")"), "safetensors.index");
  EXPECT_EQ(index(first + R"(, "b": "two.safetensors", "c": "two.safetensors")"),
            "safetensors.index");
  EXPECT_EQ(index(right + R"(, "d": "../one.safetensors")"), "safetensors.index");
  EXPECT_EQ(index(right + R"(, "d": "/etc/passwd")"), "safetensors.index");
  EXPECT_EQ(index(right + R"(, "d": 1)"), "safetensors.index");
  EXPECT_EQ(index(right + R"(, "d": "three.safetensors")"), "base.file");
  write_safetensors(folder / "two.safetensors", {{"a", one(1)}, {"c", one(3)}});
  EXPECT_EQ(index(right), "safetensors.index");
  const ScratchFolder empty;
  EXPECT_THROW(read_safetensors(empty.path()), base::Error);
  EXPECT_THROW(read_safetensors(empty / "none.safetensors"), base::Error);
}

}  // namespace
}  // namespace neucasl::io
