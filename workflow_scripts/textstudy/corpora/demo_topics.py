"""Words of the demo corpus: a lexicon for each of the eight groups and for each of the four pairs of groups.

A lexicon has noun phrases that follow an article (`thing`), plural nouns (`stuff`), verb phrases in the base form
(`action`), clauses (`trouble`) and adjectives (`quality`). Earlier entries are drawn more often. Some words belong to
several groups on purpose ("frame", "plot", "index", "star", "field", "track", "core").
"""


def _lexicon(**entries: str) -> dict[str, list[str]]:
    return {slot: [" ".join(entry.split()) for entry in text.split(";")] for slot, text in entries.items()}


TOPICS = {
    "comp.databases": _lexicon(
        thing="""query planner; primary key; index; schema; transaction log; join; stored procedure; foreign key; table;
        view; lock manager; record; data dictionary; query; B-tree; backup; trigger; cursor; column; replica;
        ledger table; report writer; relational model; customer table; log file; checkpoint; two-phase commit; field;
        volume; key""",
        stuff="""joins; transactions; null values; normal forms; indexes; records; rows; SQL queries; deadlocks;
        constraints; views; locks; duplicate keys; stored procedures; integrity rules; bulk loads; backups; rollbacks;
        tuples""",
        action="""rebuild the index; normalise the schema; commit the transaction; rewrite the query; lock the table;
        join two tables; restore the backup; load a million rows; roll back the update; split the table;
        add a foreign key; replay the log; drop the view; tune the query planner; count the distinct rows;
        dump the schema; archive old records""",
        trouble="""the index gets corrupted; two transactions wait for each other; the join returns duplicate rows;
        the planner scans the whole table; the log fills up overnight; null values break the comparison;
        the cursor is closed too early; the backup does not restore; a trigger fires twice; the key is not unique""",
        quality="""relational; normalised; indexed; transactional; distributed; unique; read-only; atomic; concurrent;
        sorted""",
    ),
    "comp.graphics": _lexicon(
        thing="""ray tracer; frame buffer; polygon; texture map; shader; scene; palette; image; renderer; bitmap;
        camera; light source; surface patch; pixel; animation; z-buffer; viewer; spline; colour table; bounding box;
        frame; plot; viewing matrix; mesh; scan line; shadow; contour plot; image format; anti-aliasing filter;
        field of view""",
        stuff="""polygons; textures; shadows; splines; colour maps; reflections; pixels; images; triangles; normals;
        bitmaps; fonts; highlights; Bezier curves; fractals; vertices; animations; dither patterns; moiré patterns;
        image files""",
        action="""render the scene; trace more rays; smooth the polygon edges; convert the image; map the texture;
        clip the triangles; rotate the camera; shade the surface; sort the polygons by depth; dither to 256 colours;
        fit a spline; animate the model; sample every pixel; draw the wireframe; fill the frame buffer;
        compute the normals; scale the image""",
        trouble="""the shadows come out jagged; the colours look washed out; the renderer runs for three days;
        the normals point inwards; the palette is wrong; the edges flicker; the image comes out upside down;
        the texture stretches at the poles; thin triangles disappear; the animation stutters""",
        quality="rendered; textured; shaded; three-dimensional; transparent; jagged; pixelated; smooth; grey; animated",
    ),
    "sci.astro": _lexicon(
        thing="""telescope; comet; galaxy; orbit; star; supernova; eyepiece; nebula; spectrum; planet; meteor shower;
        mirror; eclipse; crater; star chart; observatory; dark sky; probe; moon; double star; asteroid; light curve;
        field of view; dust cloud; parallax; finder scope; occultation; halo; core; redshift""",
        stuff="""galaxies; binary stars; meteors; sunspots; comets; spectra; orbits; moons; dark clouds; variable stars;
        nebulae; Jupiter's moons; street lights; craters; asteroids; telescopes; red giants; cosmic rays; quasars""",
        action="""observe the comet; polish the mirror; measure the redshift; point the telescope; wait for dark skies;
        track the asteroid; plot the light curve; time the eclipse; collimate the optics; photograph the nebula;
        compute the orbit; resolve the double star; count meteors until dawn; estimate the magnitude;
        find the planet at dusk""",
        trouble="""clouds cover the eclipse; the mirror is out of alignment; dew settles on the eyepiece;
        street lights drown the Milky Way; the comet fades sooner than predicted; the tracking motor slips;
        the orbit is still uncertain; the spectrum is too faint; the probe loses contact;
        the star is brighter than charted""",
        quality="celestial; orbital; faint; bright; lunar; stellar; galactic; nocturnal; distant; solar",
    ),
    "sci.geology": _lexicon(
        thing="""fault; volcano; outcrop; sediment core; rock hammer; basalt flow; earthquake; seismograph; glacier;
        fossil; magma chamber; river terrace; limestone cliff; mineral; plate boundary; crater; moraine; water table;
        granite; bed; geological map; thin section; fold; lava dome; quarry; unconformity; core; mantle; landslide;
        field""",
        stuff="""fossils; sediments; faults; lava flows; earthquakes; minerals; quartz veins; aftershocks;
        tectonic plates; ash layers; rock samples; limestone beds; ice ages; folds; crystals; sandstones; landslides;
        trilobites; zircons""",
        action="""map the fault; date the ash layer; core the sediment; sample the outcrop; identify the mineral;
        log the borehole; measure the dip and strike; cut a thin section; locate the epicentre; trace the limestone bed;
        follow the moraine; collect fossils; monitor the volcano; survey the landslide; weigh the samples""",
        trouble="""the outcrop is covered by scree; the sediment is disturbed; the ash layer is missing;
        the seismograph saturates; the fault does not reach the surface; the fossils are badly worn;
        groundwater contaminates the sample; the volcano goes quiet; the quarry is closed; the beds are overturned""",
        quality="""sedimentary; volcanic; seismic; glacial; metamorphic; eroded; tectonic; crystalline; weathered;
        buried""",
    ),
    "rec.cycling": _lexicon(
        thing="""chain; rear wheel; bike; saddle; derailleur; frame; helmet; inner tube; front brake; crank; gear lever;
        touring bike; tandem; handlebar; pedal; pannier; spoke; headset; bike shop; chainring; pump; freewheel; track;
        bottom bracket; mudguard; bike lane; climb; descent; peloton; rim""",
        stuff="""spokes; gears; tyres; cleats; brakes; potholes; bike lanes; panniers; hub bearings; wheels; toe clips;
        drivers; helmets; punctures; chains; mountain bikes; brake pads; bike racks; crosswinds; steel frames""",
        action="""true the wheel; ride to work; oil the chain; patch the tube; climb in a low gear;
        adjust the derailleur; replace the brake pads; raise the saddle; lock the bike; pump the tyres; pedal faster;
        swap the chainring; coast downhill; tighten the headset; carry two panniers; overhaul the hubs;
        descend in the rain""",
        trouble="""the chain skips under load; a spoke breaks on every tour; the front brake squeals;
        the tyre goes flat; the gears slip; cars pass too close; the saddle creaks; the rim is bent; the bearings grind;
        the handlebar works loose""",
        quality="""geared; lugged; aerodynamic; greasy; spoked; cross-country; rusty; adjustable; fixed-gear;
        lightweight""",
    ),
    "rec.running": _lexicon(
        thing="""marathon; pair of shoes; stride; half marathon; heel; long run; track; treadmill; cushioned sole; shin;
        ten-kilometre race; stopwatch; starting line; forefoot; ankle; pace chart; hamstring; running club;
        cross-country course; interval session; Achilles tendon; finish line; relay; warm-up; cool-down; lap; blister;
        arch support; pacer; tempo run""",
        stuff="""running shoes; shin splints; intervals; marathons; hill repeats; blisters; laps; stretches; orthotics;
        sprints; insoles; joggers; long runs; toenails; split times; shoelaces; relays; strides; track sessions""",
        action="""run before breakfast; stretch the hamstrings; lengthen the stride; race a half marathon; run on grass;
        land on the forefoot; lace the shoes differently; pace the first mile; taper before the marathon;
        jog an easy lap; ice the ankle; run negative splits; skip the long run; sprint the last lap;
        replace the insoles""",
        trouble="""the shins ache after a mile; the heel blisters; the soles wear out in a month;
        the hamstring tightens; runners start too fast; the arch collapses; the toenails turn black;
        the stride falls apart; the treadmill reads short; dogs chase joggers""",
        quality="""barefoot; aerobic; cushioned; breathless; sore; anaerobic; flat-footed; downhill; blistered;
        fast-paced""",
    ),
    "talk.books": _lexicon(
        thing="""novel; paperback; first chapter; narrator; author; short story; poem; trilogy; library; footnote;
        prose; bookshop; publisher; translation; index; volume; hardcover; page; detective novel; anthology; sonnet;
        manuscript; bookmark; memoir; epilogue; second-hand copy; reader; letter; paragraph; character""",
        stuff="""novels; chapters; poems; footnotes; short stories; translations; authors; libraries; paperbacks;
        readers; sonnets; essays; first editions; diaries; narrators; bookshops; printed pages; publishers; volumes""",
        action="""read the novel again; turn the page; borrow it from the library; finish the trilogy;
        skip the footnotes; read it aloud; write a second volume; translate the poems; start at the first chapter;
        buy the paperback; quote the poem; collect first editions; follow the narrator; put the book down;
        annotate the margins""",
        trouble="""the narrator explains everything; the last chapter is rushed; the translation is stiff;
        the paperback is out of print; the prose is flat; the binding falls apart; the author repeats himself;
        the footnotes take over; the library has no copy; the type is too small""",
        quality="printed; literary; well-written; unreadable; Victorian; abridged; poetic; hardbound; bookish; lyrical",
    ),
    "talk.films": _lexicon(
        thing="""film; director; screenplay; soundtrack; camera; actor; cinema; opening scene; close-up; western;
        silent film; cast; sequel; frame; special effect; film festival; trailer; matinee; tracking shot; screen;
        documentary; film score; star; black-and-white print; cutting room; projector; musical; stunt; dissolve;
        scene""",
        stuff="""films; actors; subtitles; sequels; close-ups; special effects; westerns; film scores; screenings;
        stunts; trailers; directors; costumes; musicals; retakes; long takes; documentaries; silent films; cameras""",
        action="""watch the film again; recast the lead; shoot the scene at dawn; see it at the cinema;
        cut the last scene; dub the dialogue; light the set; rewind the tape; hold the shot; film on location;
        read the subtitles; sit through the credits; direct the sequel; screen the restored print;
        walk out of the cinema""",
        trouble="""the camera never stops moving; the soundtrack drowns the dialogue; the lead actor is miscast;
        the sequel repeats every joke; the subtitles are unreadable; the print is scratched;
        the trailer gives it all away; the effects look cheap; the cinema cuts the credits; the scene drags on""",
        quality="""cinematic; miscast; dubbed; widescreen; subtitled; silent; filmed; star-studded; hand-held;
        theatrical""",
    ),
}

PAIRS = {
    "comp": _lexicon(
        thing="""program; file format; workstation; manual; compiler; user interface; server; network; hard disk; tool;
        package; data set; data structure; algorithm; library; window system; vendor; beta version; benchmark;
        command line; source code""",
        stuff="""benchmarks; large files; licences; bugs; drivers; memory chips; workstations; manuals; patches;
        data sets; ports""",
        action="""compile the source; read the manual; buy more memory; port the code; call the vendor; copy the file;
        run the benchmark; upgrade the server; write a small program; ftp the package; profile the inner loop""",
        trouble="""the program crashes; the disk is full; memory runs out; the server hangs; the manual says nothing;
        the file is truncated; the new version is slower; the licence expires""",
        quality="portable; slow; commercial; buggy; fast; undocumented; efficient; free; interactive",
    ),
    "sci": _lexicon(
        thing="""theory; measurement; sample; instrument; survey; model; paper; error bar; data set; expedition;
        surface; map; impact; satellite; atmosphere; journal article; hypothesis; grant proposal; age estimate;
        temperature record; layer""",
        stuff="""measurements; impacts; new results; error bars; models; instruments; surveys; dust grains;
        gravity maps; X-rays; heat flows""",
        action="""publish the data; calibrate the instrument; repeat the measurement; test the hypothesis;
        compare two models; estimate the age; apply for a grant; plot the residuals; survey the region;
        correct for temperature""",
        trouble="""the data are noisy; the error bars overlap; the theory predicts the opposite; the instrument drifts;
        the referees disagree; nobody can repeat it; the sample is too small; the funding ends""",
        quality="dense; ancient; hot; theoretical; uncertain; massive; icy; controversial; quantitative",
    ),
    "rec": _lexicon(
        thing="""training plan; knee; hill; race; weekend; route; heart rate; water bottle; season; mile; coach;
        weather; trail; park; personal best; energy bar; club; winter jacket; recovery day; headwind; start; road""",
        stuff="""hills; miles; knees; races; carbohydrates; injuries; rest days; gloves; winter nights; traffic lights;
        wet roads; trails""",
        action="""train for the race; rest for a week; drink more water; see a physiotherapist; join a club;
        warm up slowly; keep an even pace; count the miles; train in the heat; eat before the start;
        go out in the rain""",
        trouble="""my knee hurts; the hill never ends; the weather turns; the legs give up; the pace is too high;
        the pain comes back; the road is icy; nobody drinks enough""",
        quality="steep; tired; flat; fit; competitive; muddy; injured; stiff; windy",
    ),
    "talk": _lexicon(
        thing="""plot; ending; hero; dialogue; story; mystery; critic; review; character; villain; genre; theme; title;
        adaptation; twist; love story; classic; murder; opening; satire; thriller; scene""",
        stuff="""spoilers; critics; plots; reviews; clichés; love stories; villains; happy endings; thrillers;
        adaptations""",
        action="""give away the ending; believe the critics; guess the murderer; care about the hero;
        review it honestly; recommend it to a friend; defend the ending; understand the plot; enjoy the dialogue;
        compare it with the original""",
        trouble="""the ending is spoiled; the plot makes no sense; the dialogue sounds false; the villain has no motive;
        the hero is dull; the critics miss the joke; the twist is obvious; nobody cares who did it""",
        quality="boring; overrated; gripping; sentimental; original; tragic; comic; classic; predictable",
    ),
}
