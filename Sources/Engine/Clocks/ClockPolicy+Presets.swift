import Foundation

extension ClockPolicy {
    /// The built-in policies, each a file that names its source.
    package static let presets: [ClockPolicy] = [
        PackageResources.hangzhou_json, PackageResources.beijing_json, PackageResources.tianjin_json,
        PackageResources.guangdong_json, PackageResources.guangzhou_json, PackageResources.dalian_json,
        PackageResources._2315_json, PackageResources.china_post_json, PackageResources._11_json,
    ].map { file in
        do {
            return try ClockPolicy(file: Data(file))
        } catch {
            preconditionFailure("a built-in policy does not read: \(error)")
        }
    }

    package static func preset(_ name: String) -> ClockPolicy? {
        presets.first { $0.name == name }
    }

    /// Hangzhou's rules; the default.
    package static let hangzhou = presets[0]
}
