import Foundation

/// A pure tone and how to find one: what tests and dial tests say instead of words.
package enum Tone {
    package static func samples(hertz: Double, milliseconds: Int, amplitude: Double = 8_000, rate: Int = 8_000)
        -> [Int16]
    {
        (0..<(milliseconds * rate / 1_000)).map {
            Int16(amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate)))
        }
    }

    /// The amplitude of one frequency in a sound (Goertzel): of a pure tone its own, of another tone near 0.
    package static func amplitude(of hertz: Double, in samples: some Collection<Int16>, rate: Int = 8_000) -> Double {
        guard !samples.isEmpty else { return 0 }
        let factor = 2 * cos(2 * .pi * hertz / Double(rate))
        var (last, before) = (0.0, 0.0)
        for sample in samples { (last, before) = (Double(sample) + factor * last - before, last) }
        let power = last * last + before * before - factor * last * before
        return 2 * max(0, power).squareRoot() / Double(samples.count)
    }
}
