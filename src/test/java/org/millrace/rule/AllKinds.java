package org.millrace.rule;

import java.util.List;

/** One rule of every kind, on the machine of {@link Scenario}, quick enough that a random or recorded journal meets all. */
final class AllKinds {
    static final List<String> QUICK = List.of(
            "id: threshold\nwatch: threshold\ninput: t\nlimits: { H: 5 Cel, L: 1 Cel }\nlevels: { H: { on_delay: 3s, off_delay: 4s } }",
            "id: zones\nwatch: zones\ninput: v\nstandard: { iso10816_3: { group: 2, support: rigid } }\nwhile: state == 'RUN'",
            "id: rate\nwatch: rate\ninput: t\nover: 20s\nper: 1m\nlimits: { H: 6 K, L: -6 K }",
            "id: deviation\nwatch: deviation\ninput: p\nset_point: sp\nlimits: { H: 2 bar, L: -2 bar }\ndeadband: 0.5 bar",
            "id: avg\nwatch: aggregate\ninput: t\nfunction: avg\nover: 30s\nlimits: { H: 3 Cel }",
            "id: sd\nwatch: aggregate\ninput: t\nfunction: stddev\nover: 30s\nlimits: { H: 2 K }\nlevels: { H: { on_delay: 2s } }",
            "id: sum\nwatch: aggregate\ninput: v\nfunction: sum\nwindow: tumbling\nover: 20s\nlimits: { H: 10 mm/s }",
            "id: few\nwatch: aggregate\ninput: t.fresh\nfunction: count\nover: 30s\nlimits: { L: 2 }",
            "id: top\nwatch: aggregate\ninput: t.fresh\nfunction: max\nover: 20s\nlimits: { H: 6 Cel }",
            "id: absence\nwatch: absence\ninput: p\nafter: 12s",
            "id: flatline\nwatch: flatline\ninput: p\nband: 3 bar\nover: 10s\nlevels: { flat: { on_delay: 2s } }",
            "id: count\nwatch: event-count\nevent: state == 'FAULT'\ncount: 2\nover: 60s",
            "id: wear\nwatch: meter\ninput: cycles\nevery: 40\nwarn_before: 10",
            "id: hours\nwatch: meter\ninput: run\nevery: 60 s",
            "id: trend\nwatch: trend\ninput: mass\nlimits: { H: 90 t }\nover: 150s\nhorizon: 10m\nconfidence: 80 %",
            "id: silo\nwatch: level-reorder\ninput: fill\ncapacity: 25 t\nreorder_at: 30 %\nignore_rise_above: 15 %\n"
                    + "predict: { window: 60s, lead_time: 20s, safety: 5s }\npurchase_request: { material: RM, round_to: 1 t }",
            "id: condition\nwatch: condition\nwhen: state == 'RUN' && p < 2.0\nlevels: { active: { on_delay: 3s, off_delay: 3s } }",
            "id: derived\nwatch: threshold\ninput: twice\nlimits: { H: 4 bar }\nwhile: power < 1000000.0");

    private AllKinds() {}

    static String[] quick() {
        return QUICK.toArray(new String[0]);
    }
}
