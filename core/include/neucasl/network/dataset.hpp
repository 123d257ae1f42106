#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/network/network.hpp"

/// \file
/// Labelled images in the IDX format of MNIST (http://yann.lecun.com/exdb/mnist, "file formats"),
/// plain or gzip-compressed.
///
/// A *dataset* is a set of training and of test images with labels 0..9. A *known data set* has
/// fixed file names and pinned SHA-256 checksums, or is a *truth table*: "xor" has the four rows of
/// the exclusive or, 1 x 1 images of two channels with the values 0 and 1, as training and as test.

namespace neucasl::network {

/// Images as float in [0, 1] (byte / 255), one after the other, HWC.
struct NEUCASL_EXPORT LabelledImages {
  Shape shape;
  std::vector<float> pixels;
  std::vector<unsigned char> labels;

  [[nodiscard]] std::size_t count() const { return labels.size(); }
  /// The pixels of images [first, first + number).
  [[nodiscard]] std::span<const float> slice(std::size_t first, std::size_t number) const;
};

struct Dataset {
  std::string name;
  LabelledImages training;
  LabelledImages test;

  /// One more than the largest label.
  [[nodiscard]] NEUCASL_EXPORT std::size_t classes() const;
};

/// Reads an IDX image file (magic 0x00000803) and its label file (0x00000801). A gzip stream is
/// recognised by its first bytes.
/// \throws base::Error "network.idx" for a wrong magic number, a truncated or over-long file, a
/// bad gzip stream, different counts, or a label above 9, with the file and what was expected;
/// "base.file" for a missing file.
NEUCASL_EXPORT LabelledImages read_idx(const std::filesystem::path& images,
                                       const std::filesystem::path& labels);

/// Names of the known data sets: "fashion-mnist", "mnist", "xor".
NEUCASL_EXPORT std::vector<std::string> known_datasets();

/// Loads a known data set from the first of `folders` that holds it; for "fashion-mnist" the
/// folder of Debian's package dataset-fashion-mnist is tried last; a truth table needs none.
/// \throws base::Error "network.dataset" for an unknown name (with the nearest), a missing data set
/// (with the command that installs it), or a file whose checksum differs from the pinned one.
NEUCASL_EXPORT Dataset load_dataset(std::string_view name,
                                    const std::vector<std::filesystem::path>& folders,
                                    const base::Location& where = {});

}  // namespace neucasl::network
