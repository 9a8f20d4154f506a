import CLiblinear
import Engine
import Foundation

/// Messages as liblinear wants them, and the plane that it finds between those with a label and those without.
///
/// L2-regularised squared hinge loss by dual coordinate descent: C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi,
/// S. Sundararajan, "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008.
final class LinearMachine {
    private let nodes: UnsafeMutablePointer<feature_node>
    /// Where each message's nodes begin.
    private let starts: [Int]
    private let featureCount: Int

    init(_ messages: [FeatureVector], featureCount: Int) {
        // Two more than its features: the constant one, and liblinear's mark of the end.
        nodes = .allocate(capacity: messages.reduce(0) { $0 + $1.places.count + 2 })
        var starts: [Int] = []
        var next = 0
        for message in messages {
            starts.append(next)
            for (place, value) in zip(message.places, message.values) {
                nodes[next] = feature_node(index: place + 1, value: Double(value))
                next += 1
            }
            nodes[next] = feature_node(index: Int32(featureCount + 1), value: 1)
            nodes[next + 1] = feature_node(index: -1, value: 0)
            next += 2
        }
        self.starts = starts
        self.featureCount = featureCount
    }

    deinit { nodes.deallocate() }

    struct Plane {
        /// The last one is the bias.
        let weights: [Double]
    }

    /// Learns from the messages of `members`. liblinear goes through them in an order of C's `rand`, which is one for
    /// the whole process: the same seed gives the same plane as long as nobody else draws from it meanwhile.
    func plane(members: [Int], isLabel: [Bool], cost: Double, seed: UInt64) -> Plane {
        guard members.contains(where: { isLabel[$0] }) else { return constant(-1) }
        guard members.contains(where: { !isLabel[$0] }) else { return constant(1) }
        var answers = members.map { isLabel[$0] ? 1.0 : -1.0 }
        var rows: [UnsafeMutablePointer<feature_node>?] = members.map { nodes + starts[$0] }
        return answers.withUnsafeMutableBufferPointer { answers in
            rows.withUnsafeMutableBufferPointer { rows in
                var problem = CLiblinear.problem(
                    l: Int32(members.count), n: Int32(featureCount + 1), y: answers.baseAddress, x: rows.baseAddress,
                    bias: 1)
                var parameter = CLiblinear.parameter()
                parameter.solver_type = Int32(L2R_L2LOSS_SVC_DUAL)
                parameter.C = cost
                parameter.eps = 0.1
                parameter.p = 0.1
                hotline_regularize_bias(&parameter)
                if let fault = check_parameter(&problem, &parameter) {
                    preconditionFailure("liblinear: \(String(cString: fault))")
                }
                // It tells each round on standard output otherwise, which is ours.
                set_print_string_function { _ in }
                srand(UInt32(truncatingIfNeeded: seed))
                var model = CLiblinear.train(&problem, &parameter)
                defer { free_and_destroy_model(&model) }
                guard let found = model?.pointee, found.nr_class == 2, let weights = found.w else {
                    preconditionFailure("liblinear found no plane")
                }
                // It writes one plane for two classes, which is that of the class it met first.
                let side = found.label[0] == 1 ? 1.0 : -1.0
                return Plane(weights: (0...featureCount).map { weights[$0] * side })
            }
        }
    }

    private func constant(_ score: Double) -> Plane {
        Plane(weights: Array(repeating: 0, count: featureCount) + [score])
    }
}
