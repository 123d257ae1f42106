#include "neucasl/network/dataset.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>

#include "neucasl/base/file.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::network {
namespace {

namespace fs = std::filesystem;

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255U);
  return bytes;
}

std::string image_file(std::uint32_t count, std::uint32_t height, std::uint32_t width) {
  std::string bytes = number(0x803) + number(count) + number(height) + number(width);
  for (std::uint32_t i = 0; i < count * height * width; ++i) bytes += static_cast<char>(i * 7);
  return bytes;
}

std::string label_file(const std::string& labels) {
  return number(0x801) + number(static_cast<std::uint32_t>(labels.size())) + labels;
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(bytes.size() + 200, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A folder that is removed at the end of each test.
class DatasetTest : public ::testing::Test {
 protected:
  LabelledImages read(const std::string& images, const std::string& labels) {
    base::write_file(folder_ / "images", images);
    base::write_file(folder_ / "labels", labels);
    return read_idx(folder_ / "images", folder_ / "labels");
  }

  /// The diagnostic of the error, with an empty code when there is none.
  base::Diagnostic failure(const std::string& images, const std::string& labels) {
    try {
      (void)read(images, labels);
    } catch (const base::Error& error) {
      return error.diagnostic();
    }
    return {};
  }

  /// Code and message, checked to be about IDX and to contain `part`.
  void expect_failure(const std::string& images, const std::string& labels,
                      const std::string& part) {
    const base::Diagnostic diagnostic = failure(images, labels);
    EXPECT_EQ(diagnostic.code, "network.idx");
    EXPECT_NE(diagnostic.message.find(part), std::string::npos) << diagnostic.message;
    EXPECT_FALSE(diagnostic.remedy.empty());
  }

  base::Diagnostic load_failure(const std::string& name, const std::vector<fs::path>& folders) {
    try {
      (void)load_dataset(name, folders, {"flow.yaml", 3, 5});
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "network.dataset");
      EXPECT_EQ(error.diagnostic().where.line, 3U);
      return error.diagnostic();
    }
    ADD_FAILURE() << "loaded";
    return {};
  }

  const test::ScratchFolder folder_;
  const std::string images_ = image_file(3, 2, 4);
  const std::string labels_ = label_file(std::string("\0\5\x9", 3));
};

TEST_F(DatasetTest, ReadsPlainAndGzip) {
  for (const auto& [images, labels] :
       {std::pair(images_, labels_), std::pair(gzip(images_), labels_),
        std::pair(images_, gzip(labels_)), std::pair(gzip(images_), gzip(labels_))}) {
    const LabelledImages set = read(images, labels);
    EXPECT_EQ(set.shape, (Shape{2, 4, 1}));
    EXPECT_EQ(set.count(), 3U);
    EXPECT_EQ(set.labels, (std::vector<unsigned char>{0, 5, 9}));
    ASSERT_EQ(set.pixels.size(), 24U);
    for (std::size_t i = 0; i < 24; ++i) {
      EXPECT_EQ(set.pixels[i], static_cast<float>(i * 7) / 255.0F);
    }
    EXPECT_EQ(set.slice(1, 2).size(), 16U);
    EXPECT_EQ(set.slice(1, 2)[0], set.pixels[8]);
    EXPECT_THROW((void)set.slice(2, 2), base::Error);
    EXPECT_THROW((void)set.slice(4, 0), base::Error);
  }
}

TEST_F(DatasetTest, RefusesTruncatedAndOverlong) {
  for (std::size_t length = 0; length < images_.size(); ++length) {
    EXPECT_EQ(failure(images_.substr(0, length), labels_).code, "network.idx") << length;
    EXPECT_EQ(failure(gzip(images_.substr(0, length)), labels_).code, "network.idx") << length;
  }
  expect_failure(images_.substr(0, 39), labels_, "truncated");
  expect_failure(images_ + "x", labels_, "goes on");
  expect_failure(images_, labels_ + "x", "goes on");
  expect_failure(gzip(images_ + "x"), labels_, "goes on");
  expect_failure(gzip(images_ + std::string(100000, 'x')), labels_, "goes on");
  expect_failure(images_, gzip(labels_.substr(0, 10)), "truncated");
}

TEST_F(DatasetTest, RefusesDamagedGzip) {
  const std::string good = gzip(images_);
  for (std::size_t length = 2; length < good.size(); ++length) {
    EXPECT_EQ(failure(good.substr(0, length), labels_).code, "network.idx") << length;
  }
  expect_failure(good.substr(0, good.size() - 1), labels_, "gzip");
  expect_failure(good + "more", labels_, "gzip");
  std::string damaged = good;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // CRC-32
  expect_failure(damaged, labels_, "gzip");
  expect_failure("\x1f\x8b garbage", labels_, "gzip");
}

TEST_F(DatasetTest, RefusesWrongMagicAndAbsurdHeaders) {
  expect_failure(labels_ + std::string(8, '\0'), labels_, "0x00000801");
  expect_failure(images_, images_, "0x00000803");
  const auto header = [](std::uint32_t count, std::uint32_t height, std::uint32_t width) {
    return number(0x803) + number(count) + number(height) + number(width);
  };
  const std::string three = label_file("\1\2\3");
  expect_failure(header(3, 0xFFFFFFFFU, 0xFFFFFFFFU), three, "promises");
  expect_failure(header(3, 20000, 20000), three, "truncated");
  expect_failure(gzip(header(3, 20000, 20000)), three, "truncated");
  expect_failure(header(3, 0, 4), three, "dimension of size 0");
  expect_failure(header(0, 2, 4), label_file(""), "dimension of size 0");
}

TEST_F(DatasetTest, RefusesCountMismatchAndLabels) {
  expect_failure(images_, label_file("\1\2"), "has 2 labels");
  expect_failure(images_, label_file("\1\2\xA"), "label 10 at image 2");
}

TEST_F(DatasetTest, NamesAMissingFile) {
  base::write_file(folder_ / "images", images_);
  try {
    (void)read_idx(folder_ / "images", folder_ / "none");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "base.file");
  }
}

TEST_F(DatasetTest, SuggestsAName) {
  EXPECT_EQ(known_datasets(), (std::vector<std::string>{"fashion-mnist", "mnist", "xor"}));
  const auto diagnostic = load_failure("fashion-mnst", {});
  EXPECT_NE(diagnostic.remedy.find("did you mean 'fashion-mnist'"), std::string::npos);
}

TEST_F(DatasetTest, MissingSetHasACommand) {
  const auto none = load_failure("mnist", {});
  EXPECT_NE(none.remedy.find("bash third_party/fetch_mnist.sh"), std::string::npos);
  const auto diagnostic = load_failure("mnist", {folder_ / "a", folder_ / "b"});
  EXPECT_NE(diagnostic.message.find((folder_ / "a" / "mnist").string()), std::string::npos);
  EXPECT_NE(diagnostic.message.find((folder_ / "b").string()), std::string::npos);
}

TEST_F(DatasetTest, IncompleteSetNamesTheMissingFile) {
  for (const char* name :
       {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"}) {
    base::write_file(folder_ / "mnist" / name, "");
  }
  const auto diagnostic = load_failure("mnist", {folder_.path()});
  EXPECT_NE(diagnostic.message.find("lacks t10k-images-idx3-ubyte"), std::string::npos)
      << diagnostic.message;
}

TEST_F(DatasetTest, RefusesAWrongChecksum) {
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                           "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    base::write_file(folder_ / name, "not this");
  }
  const auto diagnostic = load_failure("mnist", {folder_.path()});
  EXPECT_NE(diagnostic.message.find("SHA-256"), std::string::npos);
  EXPECT_NE(diagnostic.message.find("train-images-idx3-ubyte"), std::string::npos);
}

TEST_F(DatasetTest, LoadsFashionMnist) {
  const Dataset dataset = load_dataset("fashion-mnist", {folder_.path()});
  EXPECT_EQ(dataset.name, "fashion-mnist");
  EXPECT_EQ(dataset.training.count(), 60000U);
  EXPECT_EQ(dataset.test.count(), 10000U);
  EXPECT_EQ(dataset.training.shape, (Shape{28, 28, 1}));
  EXPECT_EQ(dataset.test.pixels.size(), std::size_t{10000} * 784);
  for (const LabelledImages* set : {&dataset.training, &dataset.test}) {
    for (unsigned char label = 0; label < 10; ++label) {
      EXPECT_EQ(std::count(set->labels.begin(), set->labels.end(), label),
                static_cast<std::ptrdiff_t>(set->count() / 10));
    }
  }
}

}  // namespace
}  // namespace neucasl::network
