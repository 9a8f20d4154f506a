import Foundation

/// One program at a time works on a data folder; the kernel lets go of the lock when it ends, however it ends.
package final class DataLock: Sendable {
    private let descriptor: Int32

    package struct Taken: Error, CustomStringConvertible {
        let directory: String
        package var description: String {
            "another hotline is running on \(directory); stop it, or give another folder with --data"
        }
    }

    /// Makes the folder, for us alone, if it is not there.
    package init(directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        descriptor = open(directory + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if descriptor >= 0 { Foundation.close(descriptor) }
            throw Taken(directory: directory)
        }
    }

    func release() {
        flock(descriptor, LOCK_UN)
        Foundation.close(descriptor)
    }
}
