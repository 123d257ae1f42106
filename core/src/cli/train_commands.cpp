#include <iostream>

#include "command.hpp"
#include "json_text.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/checkpoint.hpp"
#include "neucasl/training/token_training.hpp"
#include "output_folder.hpp"

namespace neucasl::cli {
namespace {

options::options_description train_options() {
  const training::TokenTrainingOptions usual;
  options::options_description description;
  description.add_options()("out", options::value<std::string>()->required(),
                            "folder for the checkpoint and the loss curve")(
      "layers", options::value<std::size_t>()->default_value(10), "blocks")(
      "width", options::value<std::size_t>()->default_value(64), "of the values between blocks")(
      "heads", options::value<std::size_t>()->default_value(4), "of the attention")(
      "hidden", options::value<std::size_t>()->default_value(256), "of the feed-forward part")(
      "context", options::value<std::size_t>()->default_value(usual.sequence),
      "characters of a sample")("steps", options::value<std::size_t>()->default_value(usual.steps),
                                "updates of the weights")(
      "batch", options::value<std::size_t>()->default_value(usual.batch), "samples of a step")(
      "rate", options::value<double>()->default_value(usual.rate), "highest learning rate")(
      "decay", options::value<double>()->default_value(0.01), "weight decay")(
      "every", options::value<std::size_t>()->default_value(usual.report_every),
      "steps between two entries of the loss curve")(
      "seed", options::value<std::uint64_t>()->default_value(1), "of weights and samples")(
      "jobs", options::value<int>()->default_value(1), "threads");
  add_format(description);
  return description;
}

transformer::TransformerConfig config_from(const Parsed& parsed, std::size_t characters) {
  transformer::TransformerConfig config;
  config.vocabulary = characters;
  config.width = parsed.get<std::size_t>("width");
  config.embedding = config.width;
  config.layers = parsed.get<std::size_t>("layers");
  config.heads = parsed.get<std::size_t>("heads");
  config.hidden = parsed.get<std::size_t>("hidden");
  config.positions = parsed.get<std::size_t>("context");
  config.check();
  return config;
}

training::TokenTrainingOptions training_options(const Session& session, const Parsed& parsed) {
  training::TokenTrainingOptions options;
  options.steps = parsed.get<std::size_t>("steps");
  options.batch = parsed.get<std::size_t>("batch");
  options.sequence = parsed.get<std::size_t>("context");
  options.rate = parsed.get<double>("rate");
  options.adam.weight_decay = parsed.get<double>("decay");
  options.report_every = parsed.get<std::size_t>("every");
  options.seed = parsed.get<std::uint64_t>("seed");
  options.threads = parsed.get<int>("jobs");
  options.cancel = session.cancel;
  return options;
}

results::Table curve_table(const std::vector<training::CurvePoint>& curve) {
  results::Table table;
  table.name = "training";
  table.title = "Loss of the next character, nats";
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> tokens;
  std::vector<double> rates;
  std::vector<double> training_losses;
  std::vector<double> validation_losses;
  for (const training::CurvePoint& point : curve) {
    steps.push_back(static_cast<std::int64_t>(point.step));
    tokens.push_back(static_cast<std::int64_t>(point.tokens));
    rates.push_back(point.rate);
    training_losses.push_back(point.training_loss);
    validation_losses.push_back(point.validation_loss);
  }
  table.add("step", std::move(steps))
      .add("tokens", std::move(tokens))
      .add("rate", std::move(rates))
      .add("training_loss", std::move(training_losses))
      .add("validation_loss", std::move(validation_losses));
  return table;
}

/// Loss of the checkpoint as it is stored, over the same windows as at the end of training.
double stored_loss(const std::string& folder, std::span<const std::int64_t> text,
                   const training::TokenTrainingOptions& options) {
  const auto network = io::read_checkpoint(folder, options.sequence);
  workload::ChainOptions chain;
  chain.batch = options.together;
  chain.threads = options.threads;
  chain.cancel = options.cancel;
  return training::token_loss(*network, training::held_out_text(text, options),
                              options.validation_windows, options.sequence, chain);
}

}  // namespace

int train_opt(Session& session, const Arguments& arguments) {
  const Parsed parsed("train opt", train_options(), {"TEXT"}, arguments);
  const std::string text = base::read_file(parsed.text("TEXT"));
  const transformer::CharacterTokenizer tokenizer(
      transformer::CharacterTokenizer::characters_of(text));
  const std::vector<std::int64_t> tokens = tokenizer.encode(text);
  const transformer::TransformerConfig config = config_from(parsed, tokenizer.size());
  const training::TokenTrainingOptions training = training_options(session, parsed);
  const auto weights = std::make_shared<transformer::StoredWeights>(
      transformer::initial_weights(config, training.seed));
  const transformer::TransformerNetwork network(config, weights, training.sequence);
  const auto report = [&](const training::CurvePoint& point) {
    if (parsed.json()) return;
    std::cout << "step " << point.step << "  training " << point.training_loss << "  validation "
              << point.validation_loss << std::endl;
  };
  const std::vector<training::CurvePoint> curve = training::train_on_tokens(
      network, weights->names(),
      [&](const std::string& name) -> workload::Tensor& { return weights->at(name); }, tokens,
      training, report);

  const std::string folder = parsed.text("out");
  io::write_checkpoint(folder, config, weights->tensors(), io::StoredNumber::float16);
  io::write_characters(folder, tokenizer);
  OutputFolder(folder).write(curve_table(curve));
  std::size_t parameters = 0;
  for (const auto& entry : weights->tensors()) parameters += entry.second.size();
  const double loss = stored_loss(folder, tokens, training);
  if (parsed.json()) {
    JsonObject object;
    object.number("characters", static_cast<double>(tokenizer.size()))
        .number("parameters", static_cast<double>(parameters))
        .number("steps", static_cast<double>(training.steps))
        .number("seed", static_cast<double>(training.seed))
        .number("training_loss", curve.back().training_loss)
        .number("validation_loss", curve.back().validation_loss)
        .number("stored_validation_loss", loss);
    std::cout << object.str() << '\n';
    return done;
  }
  print_columns({{"characters", std::to_string(tokenizer.size())},
                 {"parameters", std::to_string(parameters)},
                 {"training loss", json_number(curve.back().training_loss)},
                 {"validation loss", json_number(curve.back().validation_loss)},
                 {"as stored (float16)", json_number(loss)}});
  return done;
}

}  // namespace neucasl::cli
