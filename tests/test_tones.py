"""Tones have the pitch they say, whatever the voice, and depend on nothing but the generator."""

import numpy as np
import pytest

from pruning_lab.datasets import organ, plucked, tones, vowel

VOICES = (organ, plucked, vowel)


@pytest.mark.parametrize("voice", VOICES)
def test_tones_are_standardised_float32_with_pitches_in_range(voice):
    x, hertz = tones(20, voice, rng=np.random.default_rng(0))
    assert x.shape == (20, 1, 1024)
    assert x.dtype == np.float32
    np.testing.assert_allclose(x.mean(axis=2), 0, atol=1e-6)
    np.testing.assert_allclose(x.std(axis=2), 1, atol=1e-5)
    assert ((hertz >= 60) & (hertz <= 1000)).all()


@pytest.mark.parametrize("voice", VOICES)
def test_the_wave_repeats_after_one_period(voice):
    """An oracle without overtones: a periodic wave resembles itself one period later."""
    rng = np.random.default_rng(1)
    for hertz in (80.0, 200.0, 500.0):  # whole numbers of samples a period
        wave = voice(hertz, rng)
        period = round(16_000 / hertz)
        later = np.corrcoef(wave[:-period], wave[period:])[0, 1]
        between = np.corrcoef(wave[: -(period // 3)], wave[period // 3 :])[0, 1]
        assert later > 0.9
        assert later > between + 0.2


def test_nothing_above_what_16_khz_can_hold():
    spectrum = np.abs(np.fft.rfft(plucked(970.0, np.random.default_rng(0))))
    places = np.flatnonzero(spectrum > 0.05 * spectrum.max()) * 16_000 / 1024
    assert places.max() < 8_000


def test_the_generator_alone_decides():
    first, again = (tones(3, vowel, rng=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.hertz, again.hertz)


def test_a_voice_of_your_own_will_do():
    pure = lambda hertz, rng: np.sin(2 * np.pi * hertz * np.arange(1024) / 16_000)  # noqa: E731
    assert tones(2, pure, rng=np.random.default_rng(0)).x.shape == (2, 1, 1024)


def test_a_number_of_tones_that_is_none_is_refused():
    with pytest.raises(ValueError, match="n must be"):
        tones(0, organ, rng=np.random.default_rng(0))
