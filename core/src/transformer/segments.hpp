#pragma once

#include "segment_draft.hpp"

/// \file
/// The segments of OPT and BERT.

namespace neucasl::transformer {

/// Embedding, blocks, head.
std::size_t segment_count(const TransformerConfig& config);

/// Fills an empty draft with a segment; \return its output.
workload::TensorId draft_segment(SegmentDraft& draft, const TransformerConfig& config,
                                 std::size_t index, const SegmentSize& size);

/// "embedding", "block 3", "head".
std::string segment_title(const TransformerConfig& config, std::size_t index);

/// Name of the token table's tensor.
std::string token_table(Family family);
/// Name of the tensor that an untied network has as its output table.
std::string output_table(Family family);

}  // namespace neucasl::transformer
