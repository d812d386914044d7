package io.sparsestream.web;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;

/** Looks that the page's thread adds while a request looks one up. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "in between")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN)
@State
public class FilmStress {
    private final Film film = new Film();

    public FilmStress() {
        film.add(take(1));
    }

    private static Film.Take take(long step) {
        return new Film.Take(step, new float[] {step}, new double[] {step});
    }

    @Actor
    public void page() {
        film.add(take(2));
    }

    @Actor
    public void request(JI_Result r) {
        Film.Take found = film.at(9).orElseThrow();
        r.r1 = found.step() == found.mse()[0] ? found.step() : -1;
        r.r2 = film.steps().length;
    }
}
