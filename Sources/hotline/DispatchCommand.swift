import App
import ArgumentParser
import Engine
import Foundation
import Training

struct DispatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch",
        abstract: "Learns from dispatched messages which body, or other label, a new one is for.",
        discussion: """
            Files are tables with tabs between the columns, gzip or plain, UTF-8; their first line names the columns.

              hotline dispatch train --data /var/lib/hotline
              hotline dispatch evaluate --input messages.tsv.gz --group both
              hotline dispatch train --input messages.tsv.gz --model dispatch.model
              hotline dispatch predict --model dispatch.model --input new.tsv
            """,
        subcommands: [Train.self, Predict.self, Evaluate.self])

    struct Train: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a model of messages with their labels, or of the centre's own orders.",
            discussion: """
                With --input and --model it makes a file of a file. Without them it learns kind, category and body from \
                the orders of the hotline in --data, and the desk proposes by it within half a minute; a hotline that \
                runs does the same each night.
                """)

        @Option(help: "The messages, with columns label, subject and detail.") var input: String?
        @Option(help: "The file to write; one that is there is replaced when the new one is whole.") var model: String?
        @OptionGroup var data: DataOption
        @OptionGroup var teaching: TeachingOptions

        func validate() throws {
            guard (input == nil) == (model == nil) else { throw ValidationError("--input and --model go together") }
        }

        func run() async throws {
            if let input, let model { try train(input, into: model) } else { try await trainOnOrders() }
        }

        private func trainOnOrders() async throws {
            try await data.withStore { store in
                guard let centre = try await store.centre() else {
                    throw ValidationError("there is no centre in this database; see `hotline centre import`")
                }
                let orders = try await TaughtOrders.read(
                    from: store, centre: centre, most: CatalogueTrainer.mostOrders)
                let trainer = CatalogueTrainer(trainer: teaching.trainer)
                let made = try refusing { () throws(CatalogueTrainer.Problem) in try trainer.train(orders) }
                let taught = try await CatalogueFiles(dataDirectory: data.data).keep(
                    made, orders: orders.count, in: store, at: .now)
                let labels = DispatchCatalogue.Label.allCases.map { "\($0.rawValue) \(made[$0]?.labels.count ?? 0)" }
                show(
                    "Version \(taught.version) of \(orders.count) orders: labels of \(labels.joined(separator: ", ")); "
                        + "\(taught.bytes) bytes.")
            }
        }

        private func train(_ input: String, into model: String) throws {
            let messages = try refusing { () throws(MessageFile.Problem) in try MessageFile.labelled(path: input) }
            let made = try refusing { () throws(DispatchTrainer.Problem) in try teaching.trainer.train(messages) }
            let data = made.encoded()
            do {
                try data.write(to: URL(fileURLWithPath: model), options: .atomic)
            } catch {
                throw ValidationError("\(model) cannot be written; is there its folder, and may you write there?")
            }
            show(
                "\(made.labels.count) labels, \(made.vocabulary.count) n-grams of \(messages.count) messages: "
                    + "\(data.count) bytes in \(model).")
        }
    }

    struct Predict: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints for each message its label, a tab, and the confidence, 0 to 1.")

        @Option(help: "The file that `hotline dispatch train` made.") var model: String
        @Option(help: "The messages, with columns subject and detail.") var input: String

        func run() throws {
            guard let data = try? MessageFile.read(model, mostBytes: DispatchModel.mostBytes) else {
                throw ValidationError("\(model) cannot be read; is the name right, and may you read it?")
            }
            let loaded: DispatchModel
            do throws(DispatchModel.FileProblem) {
                loaded = try DispatchModel(encoded: data)
            } catch {
                throw ValidationError("\(model): \(error.description)")
            }
            // All are read before the first is answered: a file with a bad line gets no answer at all.
            let messages = try refusing { () throws(MessageFile.Problem) in try MessageFile.messages(path: input) }
            var output = Data()
            for message in messages {
                let best = loaded.best(of: MessageText(subject: message.subject, detail: message.detail))
                output += Data("\(loaded.labels[best.label])\t\(decimals(best.confidence))\n".utf8)
            }
            try FileHandle.standardOutput.write(contentsOf: output)
        }
    }

    struct Evaluate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says how good a model of such messages would be on others.",
            discussion: """
                The messages are cut into folds; each is asked about with a model of the others. Messages with the \
                same subject, the same detail, or either (both) stay in one fold; white space, marks, case and width \
                aside.
                """)

        @Option(help: "The messages, with columns label, subject and detail.") var input: String
        @Option(help: "How many folds (2 to 20).") var folds = 5
        @Option(help: "What keeps messages together: subject, detail or both.") var group = MessageGrouping.both
        @Flag(help: "Prints one JSON object.") var json = false
        @OptionGroup var teaching: TeachingOptions

        func validate() throws {
            guard (2...20).contains(folds) else { throw ValidationError("--folds is 2 to 20") }
        }

        func run() throws {
            let messages = try refusing { () throws(MessageFile.Problem) in try MessageFile.labelled(path: input) }
            let evaluation = try refusing { () throws(DispatchEvaluation.Problem) in
                try DispatchEvaluation(of: messages, grouping: group, folds: folds, trainer: teaching.trainer)
            }
            show(json ? try evaluation.json(group) : evaluation.text(group))
        }
    }
}

struct TeachingOptions: ParsableArguments {
    @Option(help: "The same messages and seed give the same model.") var seed: UInt64 = 1
    @Option(help: "What a message on the wrong side costs (0.001 to 1000).") var cost = 1.0

    func validate() throws {
        guard (0.001...1000).contains(cost) else { throw ValidationError("--cost is 0.001 to 1000") }
    }

    var trainer: DispatchTrainer { DispatchTrainer(seed: seed, cost: cost) }
}

extension MessageGrouping: ExpressibleByArgument {}

/// The problem's sentence is what the person who typed the command is told.
private func refusing<Value, Problem: Error & CustomStringConvertible>(
    _ work: () throws(Problem) -> Value
) throws -> Value {
    do { return try work() } catch { throw ValidationError(error.description) }
}

private func decimals(_ number: Double, _ count: Int = 4) -> String { String(format: "%.\(count)f", number) }

extension DispatchEvaluation {
    fileprivate func text(_ group: MessageGrouping) -> String {
        var lines = [
            "\(messages) messages, \(groups) groups by \(group.rawValue), \(folds) folds",
            "macro-F1 \(decimals(card.macroF1)), by fold \(foldMacroF1.map { decimals($0) }.joined(separator: " "))",
            "accuracy \(decimals(card.accuracy)); confidence is off by \(decimals(calibrationError)) in the mean",
            "training \(decimals(trainingSeconds, 1)) s; \(decimals(millisecondsPerMessage, 3)) ms a message",
            "precision recall F1     messages label",
        ]
        for line in card.lines {
            let messages = String(line.messages)
            lines.append(
                "\(decimals(line.precision))    \(decimals(line.recall)) \(decimals(line.f1)) "
                    + String(repeating: " ", count: max(0, 8 - messages.count)) + "\(messages) \(line.label)")
        }
        return lines.joined(separator: "\n")
    }

    fileprivate func json(_ group: MessageGrouping) throws -> String {
        struct Object: Encodable {
            let messages: Int
            let groups: Int
            let group: String
            let folds: Int
            let macroF1: Double
            let foldMacroF1: [Double]
            let accuracy: Double
            let calibrationError: Double
            let trainingSeconds: Double
            let millisecondsPerMessage: Double
            let labels: [Scorecard.Line]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let object = Object(
            messages: messages, groups: groups, group: group.rawValue, folds: folds, macroF1: card.macroF1,
            foldMacroF1: foldMacroF1, accuracy: card.accuracy, calibrationError: calibrationError,
            trainingSeconds: trainingSeconds, millisecondsPerMessage: millisecondsPerMessage, labels: card.lines)
        return String(decoding: try encoder.encode(object), as: UTF8.self)
    }
}
