#pragma once

#include <memory>

#include "neucasl/transformer/weights.hpp"

/// \file
/// Names of the tensors of a checkpoint, which differ between the programs that stored it.

namespace neucasl::transformer {

/// The weights under the names that TransformerNetwork asks for: "decoder..." becomes
/// "model.decoder..." (OPT); "encoder...", "embeddings...", "pooler..." get "bert." in front, and
/// "gamma" and "beta" of normalisations become "weight" and "bias" (BERT). Errors of values have
/// the name in the file. \throws base::Error "weights.extra" when two names become the same.
NEUCASL_EXPORT std::shared_ptr<const Weights> with_usual_names(
    Family family, std::shared_ptr<const Weights> weights);

}  // namespace neucasl::transformer
