"""Write alzheimer.recordings.jsonl: what a made-up model answers when asked for single sentences.

The real stage is run, without a gate, for the nine signs of `rules/taxonomies/alzheimer_signs.yaml`
(label to data, the bronze corpus of Li, Wang and Yu 2023) over a writer that has the phrases below
and a few bad habits. In a phrase, `[a|b]` is a choice, `{4-9}` a number in that range, `{slot}` is
filled from SLOTS, and `(he/she)` follows the patient; `wording.py` fills them in. Run it once more
whenever prompts or taxonomy change: answers are found by the exact request. Same code, same bytes.

    python examples/generation/sentence_writer.py
"""

# ruff: noqa: E501 (a phrase a line)

import asyncio
import json
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
RECORDINGS = HERE / "alzheimer.recordings.jsonl"
sys.path.insert(0, str(HERE.parent))  # wording, beside compose.py of the corpora

import wording  # noqa: E402

from auditor.generate import drafting, reasoning, recordings, wanted  # noqa: E402
from auditor.generate.asking import Asker  # noqa: E402
from auditor.generate.caps import Caps, Spent  # noqa: E402
from auditor.generate.completion import Completion  # noqa: E402
from auditor.generate.request import Identity, Request  # noqa: E402
from auditor.generate.store import Store  # noqa: E402

PER_LABEL = 20
WITH_TAIL = 0.4  # share of the sentences that end in words that say nothing of the sign
BESIDE = 5  # places between a phrase and the one that follows it
TOKEN = 4  # characters, about
SIGNS = {
    "en": {
        "cognition": [
            "asks [what day it is|when lunch will be|where the toilet is] [again and again|{3-6} times in ten minutes]",
            "gives the [year|season|month] wrong and believes (he/she) is [at a railway station|in a school|at an office]",
            "loses the thread [halfway through a sentence|in the middle of a story] and asks what the question was",
            "could not name [a comb and a button|the teapot on the table|a pair of spectacles] but showed their use",
            "no longer finds the way [back from the market|to the bathroom at night|through (his/her) own village]",
            "puts [the kettle in the wardrobe|(his/her) slippers in the oven|the mail in the freezer] and forgets it at once",
            "mixes up [grandchildren and cousins|(his/her) sister and (his/her) mother] in [family stories|old photographs]",
            "follows [one instruction but not two|a short request, loses longer ones] and looks round for a cue",
            "speech is fluent but empty, full of ['thing' and 'whatsit'|words that stand for others]",
            "cannot [plan a simple meal|work out the change for a coffee|set the table for four] any more",
            "retells the [same holiday|same quarrel|same film] within minutes, unaware of having told it",
            "dresses in the wrong order, [shirt over coat|stockings over shoes], and sees no error in it",
            "recognises neither [the ward|the garden gate] nor [the nurse of this morning|(his/her) own coat]",
            "recent memory is poor, [nothing of the weekend is retained|the visit of an hour ago is gone]",
            "judges [distances on stairs|the edge of the pavement] badly and reaches past [the cup|the rail]",
            "[reading is given up|(he/she) leafs through magazines]: by the end of a page its start is lost",
            "hesitates before the [lift buttons|coffee machine], once familiar, and gives up",
            "believes (his/her) parents are [alive|waiting at home], dates (himself/herself) back by decades",
            "cannot keep a [telephone number|short list of errands] in mind long enough to use it",
            "makes [reckless purchases by post|odd choices of clothes for the weather], judgement no longer sound",
        ],
        "concern": [
            "the {kin} [is uneasy|has become alarmed]: (his/her) [phone calls|letters] no longer make sense",
            "according to the {kin}, something has been 'not right' [for a year|since the move|for two winters]",
            "a [colleague from the choir|bridge partner|fellow gardener] remarked that (he/she) has changed",
            "the {kin} asked for this visit because [pans were burnt|the car came home dented|the door stood open]",
            "the [landlord|postman|baker] told the family that (he/she) had [paid twice|stood lost in the yard]",
            "the {kin} describes [a slow slide|small lapses that add up], while (he/she) sees nothing amiss",
            "'(He/She) is not the person I knew,' says the {kin}, who [wrote a list|kept notes] of what went wrong",
            "the cleaner has noticed [rotting food in the fridge|the same shirt for weeks] and rang the {kin}",
            "it was the {kin} who [first saw|pointed out] that (he/she) [repeats (himself/herself)|misses turns in cards]",
            "the {kin} fears that (he/she) will [leave the gas on|lose the purse again|get lost on the bus]",
            "the home carer reports that (he/she) seems [vaguer|slower to answer] than [in autumn|some months ago]",
            "the {kin} no longer dares to [travel|go to work] out of worry about what (he/she) might forget",
            "two friends from the club independently told the {kin} about [odd messages|a missed birthday]",
            "sent with a letter in which the {kin} sets out [five worrying episodes|how things have altered]",
            "the pharmacist was struck that (he/she) came [three times for one box|without knowing why]",
            "at work, the [supervisor|younger partner] had raised [slips in the accounts|forgotten orders] with the {kin}",
            "the {kin} has spoken to [the parish nurse|our reception] because the stories never match any more",
            "a [fellow passenger|bus driver] handed (him/her) over to the family, saying (he/she) was plainly muddled",
            "[both children are|the whole household is] troubled by how quickly (he/she) has altered",
            "the {kin} keeps asking us whether [this is still normal ageing|it could be the start of dementia]",
        ],
        "assistance": [
            "the {kin} lays out the clothes and [closes the zip|ties the laces], otherwise (he/she) stays in pyjamas",
            "a care worker comes [twice a day|each morning] for [the shower|washing and the stockings]",
            "meals are [cut up and set before (him/her)|brought by a service], (he/she) eats with a spoon",
            "cannot manage tablets alone; [a nurse hands them out|the {kin} puts them in (his/her) palm]",
            "is taken to the toilet every [two|three] hours [by staff|by the {kin}] and needs wiping",
            "everything to do with [the bank|offices and forms] goes through the {kin}, who signs for (him/her)",
            "needs [one person|a hand under the elbow] to get [out of the chair|up from bed] and across the room",
            "is never left by (himself/herself), [a sitter stays|the {kin} sleeps next door] through the night",
            "shopping is done by [a neighbour|the {kin}] with a list, as (he/she) comes home with nothing",
            "bath only with [a hoist and two carers|a board and someone's help], shaving done for (him/her)",
            "has been given [a place in the day centre|full board in a care home] since living alone failed",
            "has to be [called to table|told each step of brushing], after which the {kin} takes over",
            "is driven to every appointment by [the {kin}|a volunteer], having handed in the licence",
            "the laundry and [the heating|the bins] are seen to by [a helper paid by the hour|the {kin}]",
            "fed by staff at [all|two] meals, holds the cup only if [guided|it is placed in the hand]",
            "goes about with [a wheeled walker|a stick] and must be accompanied [outdoors|on every kerb]",
            "trousers and [buttons|bra] are done up by [a carer|the {kin}] after repeated failed attempts",
            "insulin is [drawn up and given|injected] by the district nurse, (he/she) no longer copes with the pen",
            "[cooking is left to the {kin}|a cook prepares supper], since the hob has been forbidden",
            "wears an alarm pendant and is [looked in on at noon|checked by phone and in person] by a warden",
        ],
        "physiology": [
            "weight down [from 68 to 61|by {4-8}] kilos, [clothes hang loose|leaves most of the plate]",
            "[wets the bed most nights|leaks urine on the way to the toilet], bowels [still controlled|sluggish]",
            "naps in the armchair all morning and is [wide awake|up and about] at three, [day and night reversed|hardly any deep sleep]",
            "gait [broad and shuffling|slow, with small steps], [turns in many steps|catches a foot on carpets]",
            "chokes on [tea|crumbs|soup], chest clear, voice wet after drinking",
            "tone raised in [both arms|the left wrist], [cogwheeling|no tremor at rest]",
            "a [brief jerk of both hands|first seizure] was witnessed; bitten tongue, [drowsy for an hour|full recovery]",
            "hardly smells [coffee|smoke] any longer and [salts everything|says that food is dull]",
            "hearing [has worsened on both sides|needs a raised voice], [cataract on the right|vision otherwise fair]",
            "has fallen {2-4} times since winter, [bruise over the hip|no fracture], sways with eyes closed",
            "mouth dry, skin turgor low, drinks [two cups|half a litre] in a day",
            "[mutters and kicks in sleep|shouts out of dreams], snoring with pauses for breath",
            "craves [sweets|biscuits] at all hours and has [gained a stone|outgrown the belts]",
            "stooped posture, [little arm swing|face less mobile], grasp reflex [present|on the right]",
            "constipated for [a week|ten days], abdomen soft, [appetite gone|eats like a bird]",
            "dizzy on standing, pressure falls by {20-35} points, [legs buckle|needs to sit down]",
            "resting tremor absent, [brisk jaw jerk|palmomental sign], walks as if [on ice|glued to the floor]",
            "skin [thin and bruised|pale], calf muscles wasted, trousers held up with string",
            "reports [double vision|flashes] and bumps into [door frames|people on the left]",
            "sleeps [four hours|barely half the night], wakes unrefreshed and yawns through the day",
        ],
        "assessment": [
            "scored {14-26} of 30 on the Mini-Mental State, losing points for [recall|date and place|serial sevens]",
            "MoCA {9-24}/30; [fails the cube and the trail|no word retained after five minutes]",
            "asked to draw a clock, (he/she) [put all figures in one half|set the hands at the wrong hour]",
            "verbal fluency: {4-9} animals in one minute, [perseverates|norm for age is fourteen]",
            "Clinical Dementia Rating [0.5|1|2], staging by interview with [the {kin}|an informant]",
            "on the Barthel index {40-85} points, [ten fewer than at the last count|stairs and bathing deducted]",
            "the ACE-III came to {48-82}/100, [memory subscore lowest|weakest in fluency and recall]",
            "trail making B [abandoned after four minutes|with seven errors], part A within the [tenth centile|low range]",
            "neuropsychologist's battery [booked|completed over two sessions]: [storage deficit|impaired encoding] on word lists",
            "declined [the screening test today|to copy the figure], [will be tried again|says tests are for children]",
            "seven-minute screen [positive|in the dementia range], Lawton scale {2-6} of 8",
            "IQCODE filled in by the {kin}: mean {3-4}.6, pointing to decline",
            "picture naming {18-39}/60 with [many circumlocutions|semantic slips], helped little by cues",
            "Global Deterioration Scale stage [three|four|five], [one stage on from last year|as before]",
            "Addenbrooke repeat in six months; [Mini-Cog 2/5 today|first total 71]",
            "Rey list: {2-5} words at delay, [recognition no better than chance|flat learning curve]",
            "digit span forward {4-6}, backward {2-3}; [tires soon|gives up after two trials]",
            "RUDAS {12-22} of 30, chosen because of [little schooling|poor command of the language]",
            "functional questionnaire of Pfeffer {6-19}, [the {kin} answering|filled in at the waiting room]",
            "copy of the interlocking pentagons [fails|is closed-in], sentence written without a verb",
        ],
        "intervention": [
            "donepezil raised to ten milligrams, [no nausea so far|taken at breakfast because of dreams]",
            "starts a rivastigmine patch of 4.6 mg, [skin to be watched|to be doubled in a month if borne]",
            "memantine titrated over four weeks to [20|10] mg [on top of the inhibitor|for moderate disease]",
            "galantamine withdrawn after [bradycardia|weeks of loose stools], [switch agreed|no substitute for now]",
            "takes part in [group stimulation|computer training of attention] [twice a week|for twelve sessions] with a psychologist",
            "speech therapist works on [naming|a communication book] with (him/her) every [fortnight|week]",
            "occupational therapist trains [the making of tea|dressing in fixed steps] by errorless learning",
            "reality orientation and [music therapy|reminiscence work] offered in the [day hospital|memory unit]",
            "was told about [lecanemab and its risks|an antibody infusion]; [a decision is open|not a candidate]",
            "screened for a trial of [a tau vaccine|a secretase inhibitor], [first dose next month|consent being sought]",
            "cholinesterase inhibitor stopped since [no benefit was seen|the disease is far advanced]",
            "tolerates the [new capsules|higher dose] well, dementia drug to go on unchanged",
            "prescribed physiotherapy with dual tasks to [train thinking and balance|slow the decline]",
            "proposal: a course of cognitive rehabilitation with [personal goals|two goals chosen by (him/her)]",
            "switched from tablets to [oral solution|patches] of the antidementia agent because [of vomiting|doses were spat out]",
            "transcranial stimulation [was discussed|under study] as an add-on to the medication for memory",
            "ginkgo extract [taken off the list|continued at (his/her) wish] next to the patch against dementia",
            "eight sessions of [memory strategy training|spaced retrieval] are [under way|finished with modest gain]",
            "[the neurologist|our clinic] suggests combining both antidementia drugs from [next week|the coming month]",
            "computer-based exercises set by the [neuropsychologist|rehabilitation team] {3-5} times weekly",
        ],
        "diagnostics": [
            "magnetic resonance shows shrunken [hippocampi|medial temporal lobes], [Fazekas 1|no microbleeds]",
            "computed tomography of the head: [no subdural|wide sulci], [old lacune in the left caudate|ventricles in keeping with age]",
            "lumbar puncture done; amyloid ratio [low|{4-6} hundredths], phospho-tau [high|double the cut-off]",
            "glucose PET with reduced uptake in [precuneus and parietal cortex|both temporal poles]",
            "blood drawn for [vitamin B12, folate and thyroid hormone|syphilis, HIV and Borrelia serology]",
            "plasma p-tau217 [elevated|in the grey zone], [amyloid imaging to confirm|spinal tap to follow]",
            "EEG: slowing of the [background rhythm to 7 Hz|temporal leads], no spikes",
            "genetic testing for [presenilin|APP] [requested given the early onset|negative], counselling given",
            "APOE [e4 homozygous|e3/e3], reported by the laboratory [this week|last month]",
            "dopamine transporter scan [normal|with low putamen signal], ordered to tell Lewy body disease apart",
            "thyroid function and calcium [normal|within range], so a metabolic cause [is unlikely|was set aside]",
            "perfusion SPECT [awaited|read as posterior deficit], to settle what the scan left open",
            "polysomnography [arranged|shows apnoeas, index {18-42}], sleep apnoea as a contributing cause",
            "amyloid tracer scan positive in [frontal and cingulate cortex|all regions], read by two readers",
            "serum sodium, liver enzymes and ammonia [checked|without finding] in search of a reversible cause",
            "repeat imaging [in a year|after contrast]: volume loss [has progressed|greater on the left]",
            "carotid ultrasound [without stenosis|with plaques], asked for to weigh a vascular share",
            "neurofilament light in serum [raised|at the upper limit], second sample [planned|on its way]",
            "tau tracer study offered at the [research site|university unit], [waiting list|date open]",
            "copper, ceruloplasmin and heavy metals [unremarkable|sent off] on account of the atypical picture",
        ],
        "coping": [
            "keeps a [whiteboard|slate] by the door and ticks off [what is done|each errand] in (his/her) own hand",
            "the {kin} and (he/she) have made a fixed plan for the week, [swimming first, chess last|same hours daily]",
            "sings in a choir and [learns the verses by heart|does number puzzles] 'to keep the head going'",
            "the family put [red tape on the taps|pictures on every drawer] so that (he/she) finds things",
            "the couple joined [an evening for relatives|a café for memory problems] and speak of relief",
            "has set down in [a living will|a written advance plan] what (he/she) wants later",
            "wears [a tag with the telephone number of the {kin}|a tracking watch], (his/her) own idea",
            "meets lapses with [a joke|a shrug and a song], and lets others finish the story",
            "the {kin} takes one day in seven off [to hike|to paint] and has a friend step in, to stay strong",
            "reads up on the illness and [asks for leaflets|follows a lecture series], wants to know what comes",
            "has moved [the bedroom downstairs|closer to the family] before it becomes necessary",
            "finds strength in [prayer|the parish circle] and takes each day as it comes",
            "sticks notes on [the mirror|the front door]: keys, stove, glasses",
            "uses a talking [clock|pill alarm] that (he/she) programmed with the {kin}",
            "has told [neighbours and shopkeepers|the walking group] openly about the diagnosis, so they can help",
            "the {kin} counts to ten and [changes the subject|leaves the room] instead of correcting (him/her)",
            "goes to bed and rises by [a gong|the radio], so that days keep their shape",
            "has handed the car keys to the {kin} of (his/her) own accord and [cycles|takes the tram] with friends",
            "paints (his/her) memories in an album and [shows it to visitors|adds a page each evening]",
            "the {kin} learns [to ask yes-or-no questions|relaxation] from a book to keep the peace at home",
        ],
        "psychiatric": [
            "believes that [strangers live in the attic|the {kin} is an impostor|someone swaps (his/her) spoons]",
            "sits by the window without a word, [shows no wish for company|has dropped every hobby], indifferent to [praise|visits]",
            "flies into a rage when [undressed|contradicted], has [hit out at staff|thrown a cup]",
            "sees [a cat on the bed|men in grey in the hall] at dusk and talks to them",
            "weeps [without cause|at the mention of (his/her) mother], feels worthless, wishes not to wake up",
            "rattles at the doors and walks up and down [after four in the afternoon|until midnight]",
            "makes coarse remarks to [waitresses|carers], undresses in the [lounge|garden]",
            "trembles with fear when [the {kin} goes out|left for a minute], clings and calls",
            "low-dose risperidone [tried|tapered] for [threats against the {kin}|paranoid ideas]",
            "sertraline begun for [gloom and early tears|panic in the evening], mood [brighter|still flat]",
            "is convinced of being [poisoned|robbed by the gardener], hides [money under tiles|food in the bed]",
            "giggles out of place, [hugs strangers|is euphoric and tactless], unlike (his/her) former self",
            "irritable from waking on, [snaps at children|slams doors], sorry a moment later",
            "neuropsychiatric inventory {16-44}, [apathy and anxiety weigh most|agitation severe]",
            "hears [a choir from the radiator|(his/her) late brother call], not distressed by it",
            "left the house at night [in slippers|to catch a train that does not exist], brought back [angry|frightened]",
            "is jealous without ground, searches [pockets|the bed] for signs that the {kin} is unfaithful",
            "scratches and bites when [nails are cut|the light goes out], calm a little later",
            "hoards [paper napkins|crusts] under the mattress, defends them with [screams|fists]",
            "has spoken of [ending it all|jumping from the balcony], admits to deep despair; mirtazapine started",
        ],
    },
    "es": {
        "cognition": [
            "vuelve a preguntar [qué hora es|cuándo se come] [a los dos minutos|sin descanso]",
            "cree estar [en un hotel|en el colegio] y no acierta [el mes|la estación del año]",
            "pierde el hilo [a mitad de frase|de lo que cuenta] y usa palabras comodín",
            "no sabe decir [tenedor ni botón|el nombre de las llaves], aunque muestra para qué sirven",
            "se desorienta [en su propio barrio|al salir del ascensor] y da vueltas",
            "guarda [las gafas en la nevera|el pan en el cajón de la ropa] y no recuerda haberlo hecho",
            "confunde a [su nieta con su hermana|los vivos con los muertos] en la conversación",
            "cumple una orden sencilla, pero [no dos seguidas|se pierde en la segunda]",
            "ya no es capaz de [seguir una receta|calcular la vuelta de la compra]",
            "relata tres veces [la misma mili|la misma boda], sin darse cuenta de la repetición",
            "se pone [la camisa del revés|la chaqueta debajo del jersey] y no lo corrige",
            "retiene poco: [la visita de ayer|lo leído hace un rato] se le ha borrado",
            "no reconoce [la fachada de su casa|a la enfermera de la mañana], pese a verla a diario",
            "responde con frases hechas y [rellena los huecos con inventos|se queda sin el nombre de las cosas]",
            "calcula mal [los escalones|la distancia al vaso] y alarga la mano de más",
            "tarda minutos en [poner la mesa para dos|encontrar la luz del pasillo] y la deja a medias",
            "asegura que sus padres [siguen vivos|le esperan para cenar]",
            "al leer el periódico olvida [el titular|el comienzo del párrafo] antes de acabar",
            "compra [cinco veces el mismo aceite|ropa de niño] sin criterio ni memoria de ello",
            "ante un cajero automático se bloquea: ni [la clave|los pasos] ni para qué vino",
        ],
        "concern": [
            "{kin} consulta porque [le nota rar(o/a)|ya no es (el/la) de antes], (él/ella) dice estar bien",
            "[el portero|la panadera] comentó a la familia que (lo/la) había visto [perdid(o/a)|pagar dos veces]",
            "según {kin}, los despistes [van a más|empezaron hace dos inviernos]",
            "{kin} teme que [deje el gas abierto|se pierda en el autobús]",
            "una amiga del coro se extrañó de que [no apareciera|repitiera la pregunta]",
            "{kin} trae una lista con [los fallos del mes|lo que le inquieta]",
            "los compañeros de partida avisaron de que [no sigue el juego|olvida a quién le toca]",
            "quien limpia la casa encontró [comida podrida|cartas sin abrir] y llamó a {kin}",
            "{kin} se alarmó al ver [sartenes quemadas|el coche abollado]",
            "el farmacéutico advirtió que venía [tres veces por la misma caja|sin saber a qué]",
            "refiere {kin} que por teléfono [no se le entiende|cuenta cosas sin sentido]",
            "en el taller, el encargado notó [errores en los pedidos|que se quedaba en blanco]",
            "el vecino de arriba oye [llamar a puertas ajenas|la radio toda la noche] y ha dado aviso",
            "nos escribe {kin}: «[me asusta lo que veo|no sé si esto es normal a su edad]»",
            "toda la familia ve que [se apaga|pierde soltura], menos (él/ella) mism(o/a)",
            "un conductor (lo/la) acompañó a casa porque [no sabía bajar|iba sin rumbo]",
            "en el bar de siempre comentan que [paga con billetes sin mirar|cuenta lo mismo a todos]",
            "preocupa a {kin} que [firme cualquier papel|abra a desconocidos]",
            "la peluquera le nota [otra mirada|menos conversación] desde hace meses y lo dijo",
            "pide la visita {kin}, que ha visto [moho en la despensa|facturas en la basura]",
        ],
        "assistance": [
            "{kin} le prepara la ropa y le [abrocha los botones|ata los cordones]",
            "una auxiliar acude [cada mañana|dos veces al día] para [la ducha|el aseo]",
            "come con cuchara lo que se le da [triturado|ya cortado]",
            "la medicación se la [pone en la mano|reparte] {kin}",
            "hay que (llevarlo/llevarla) al baño cada [dos|tres] horas y limpiar(lo/la)",
            "del banco y de los recibos se encarga {kin}, que [firma por (él/ella)|lleva las cuentas]",
            "necesita a una persona para [levantarse del sillón|cruzar la calle]",
            "no se queda sol(o/a) nunca, [de noche duerme alguien al lado|hay turnos entre la familia]",
            "la compra la hace [un vecino|{kin}], porque vuelve con las manos vacías",
            "ha ingresado en [una residencia|un centro de día] al no poder vivir por su cuenta",
            "se le dice paso a paso cómo [lavarse los dientes|sentarse a la mesa], y después se le ayuda",
            "va con [andador|bastón] y acompañad(o/a) [fuera de casa|en las escaleras]",
            "otra persona le corta [las uñas y el pelo|la carne], no lo consigue (él/ella)",
            "el transporte adaptado (lo/la) [recoge en el portal|lleva y trae], no sube ya al autobús",
            "le calientan la cena y [se la sirven|se quedan hasta que termina]",
            "la insulina la administra [la enfermera|{kin}], antes se equivocaba de dosis",
            "precisa grúa y [dos cuidadoras|ayuda continua] para pasar de la cama a la silla",
            "teleasistencia y visita diaria de [una trabajadora familiar|la portera] para comprobar que todo va bien",
            "no se afeita ni se peina si [nadie le guía la mano|no se lo hacen]",
            "la lavadora, la plancha y [las bombillas|la basura] dependen de [una asistenta|{kin}]",
        ],
        "physiology": [
            "ha bajado {4-8} kilos, [deja el plato a medias|la ropa le queda grande]",
            "se le escapa la orina [al toser|de camino al aseo], moja la cama",
            "dormita toda la mañana y de madrugada está [en pie|despiert(o/a) por completo]",
            "pasos cortos y arrastrados, [gira en bloque|tropieza con la alfombra]",
            "se atraganta con [el agua|el caldo] y le queda voz húmeda",
            "tono aumentado en [la muñeca izquierda|ambos brazos], sin temblor de reposo",
            "sacudidas breves de las manos, [una crisis generalizada este mes|sin perder el conocimiento]",
            "apenas huele [el café|el humo] y echa sal a todo",
            "oye [peor de los dos oídos|solo si se le grita], catarata en el derecho",
            "{2-4} caídas desde el invierno, hematoma en [la cadera|la rodilla]",
            "habla en sueños, [da patadas|ronca con pausas]",
            "se marea al ponerse en pie, la tensión le baja {20-35} puntos",
            "insomnio de segunda mitad, [duerme cuatro horas|se levanta a las tres]",
            "apetito voraz por lo dulce, [cintura mayor|ha engordado {4-8} kilos]",
            "estreñimiento de [diez días|una semana], abdomen blando",
            "boca seca, bebe [dos vasos|medio litro] al día, pliegue positivo",
            "reflejo de prensión [presente|en la mano derecha], cara poco expresiva",
            "ve doble y choca con [los marcos|quien viene por la izquierda]",
            "piernas delgadas, fuerza [disminuida|4 sobre 5], se cansa al primer tramo",
            "manos frías, pulso [lento|irregular], edema en ambos tobillos",
        ],
        "assessment": [
            "obtiene {14-26} de 30 en el miniexamen, falla [el recuerdo|la fecha y el lugar]",
            "MoCA {9-24}/30, [no copia el cubo|ninguna palabra a los cinco minutos]",
            "dibuja el reloj con [todas las cifras en un lado|la hora equivocada]",
            "fluidez: {4-9} animales en un minuto, con [repeticiones|largas pausas]",
            "escala CDR [0,5|1|2] tras entrevistar a {kin}",
            "índice de Barthel {40-85}, [diez puntos menos que antes|pierde en baño y escaleras]",
            "no completa el trazado B, [lo deja a los cuatro minutos|comete siete errores]",
            "batería neuropsicológica [pedida|terminada en dos sesiones], [falla la codificación|déficit de almacenamiento]",
            "hoy rechaza [el test|copiar la figura], se repetirá otro día",
            "Lawton {2-6} de 8 y GDS [tres|cuatro|cinco]",
            "lista de palabras: {2-5} a largo plazo, [sin mejora con pistas|aprendizaje plano]",
            "denominación {18-39}/60, con [rodeos|parafasias]",
            "dígitos directos {4-6}, inversos {2-3}, [se fatiga pronto|abandona]",
            "test de los siete minutos [positivo|en rango de demencia]",
            "escala de Blessed {5-15}, que contesta {kin}",
            "praxias: copia [los pentágonos sin cruzarlos|la casa encima del modelo]",
            "T@M {18-38} de 50, con [fallo en memoria libre|preguntas de fecha sin puntuar]",
            "cuestionario de Pfeffer {6-19}, por encima del corte",
            "se cita para exploración cognitiva reglada [en un mes|con intérprete]",
            "Rey: [copia pobre|diseño fragmentado], recuerdo diferido de {2-6} puntos",
        ],
        "intervention": [
            "se sube donepezilo a diez miligramos, [sin náuseas|en el desayuno por los sueños]",
            "comienza con parche de rivastigmina de 4,6, [vigilar la piel|se doblará en un mes]",
            "memantina en pauta ascendente hasta [20|10] mg, [bien por ahora|añadida al inhibidor]",
            "galantamina suspendida por [bradicardia|diarrea], sin sustituto",
            "acude a estimulación en grupo [dos veces por semana|con la psicóloga]",
            "la logopeda trabaja [la denominación|un cuaderno de comunicación]",
            "terapia ocupacional: [hacer un té|vestirse] por pasos, sin errores",
            "se le ofrece [musicoterapia|reminiscencia] en el hospital de día",
            "informad(o/a) sobre lecanemab y sus riesgos, [decidirá con calma|no cumple criterios]",
            "candidat(o/a) a un ensayo con [una vacuna antitau|un anticuerpo], pendiente de firma",
            "se retira el anticolinesterásico por [falta de efecto|fase avanzada]",
            "rehabilitación cognitiva con [dos metas propias|objetivos pactados], doce sesiones",
            "programa de ordenador para la atención, pautado [tres tardes|a diario]",
            "fisioterapia con doble tarea para [frenar el declive|entrenar equilibrio y mente]",
            "la neuróloga plantea asociar [los dos fármacos|memantina] si empeora",
            "cambia de comprimidos a [solución oral|parche] porque [los escupe|vomita]",
            "souvenaid [a petición propia|retirado], sigue con el antidemencia",
            "sesión semanal de orientación a la realidad en [la unidad|el centro]",
            "tolera bien [la dosis alta|la cápsula de liberación lenta], se mantiene el tratamiento de la memoria",
            "estimulación magnética [comentada|en estudio] como complemento de la medicación",
        ],
        "diagnostics": [
            "resonancia con [hipocampos pequeños|lóbulos temporales atróficos], [Fazekas 1|sin microsangrados]",
            "tomografía craneal sin [subdural|tumor], surcos amplios",
            "punción lumbar: cociente de amiloide bajo, tau [alta|al doble del corte]",
            "PET de glucosa con menor captación [en precúneo|parietal bilateral]",
            "se extrae sangre para [vitamina B12 y tiroides|sífilis y VIH]",
            "p-tau217 en plasma [elevada|dudosa], se confirmará con [imagen|punción]",
            "electroencefalograma lento, a 7 Hz, [sin puntas|sobre todo temporal]",
            "estudio de [presenilina|APP] por el inicio temprano, [en curso|negativo]",
            "APOE [e4/e4|e3/e3], informa el laboratorio",
            "DaTSCAN [normal|con déficit putaminal], para descartar cuerpos de Lewy",
            "calcio, sodio y amonio [en rango|sin hallazgos], no hay causa reversible",
            "la imagen de control muestra [más pérdida de volumen|asimetría izquierda]",
            "ecografía de troncos supraaórticos [sin estenosis|con placas], por si hay componente vascular",
            "polisomnografía: apneas, índice {18-42}",
            "neurofilamentos en suero [altos|en el límite], se repetirán",
            "PET de tau [ofrecido|sin fecha] dentro del circuito de imagen",
            "gammagrafía de perfusión con defecto [posterior|frontal]",
            "ceruloplasmina y cobre [normales|en curso] por el cuadro atípico",
            "beta-amiloide 42 de {320-480} en líquido, [concluyente|por debajo del corte]",
            "hemograma, función renal y hepática [sin alteraciones|solicitados] como estudio de primera línea",
        ],
        "coping": [
            "tiene una pizarra [junto a la puerta|en la cocina] y tacha lo que va haciendo",
            "la pareja ha fijado un plan semanal: [primero piscina, al final ajedrez|siempre las mismas horas]",
            "canta en el coro y [memoriza las letras|hace sudokus] para no perder facultades",
            "en casa han pegado [fotos en los cajones|cinta roja en los grifos]",
            "acuden juntos a [una tertulia de familiares|un café de la memoria] y salen aliviados",
            "ha dejado por escrito [sus voluntades|qué cuidados quiere]",
            "lleva una [pulsera con el teléfono de la familia|medalla localizadora], idea suya",
            "ante el olvido, [suelta un chiste|se ríe] y sigue adelante",
            "{kin} se reserva un día a la semana para [caminar|pintar] y así aguanta",
            "lee sobre la enfermedad y [pide folletos|va a charlas], quiere saber a qué atenerse",
            "halla consuelo en [la parroquia|la oración] y vive al día",
            "se ha mudado [cerca de la familia|a la planta baja] antes de que haga falta",
            "pone la radio [a la misma hora|al levantarse] para ordenar el día",
            "dejó las llaves del coche por decisión propia y [va en tranvía|pasea con amigos]",
            "pinta sus recuerdos en un álbum y [lo enseña|añade una página cada noche]",
            "{kin} ha aprendido a [no corregir|cambiar de tema] y hay menos roces en casa",
            "ha contado el diagnóstico [a los vecinos|al grupo de senderismo] para que le echen una mano",
            "se manda mensajes de voz con [la lista de recados|lo que no quiere olvidar]",
            "han quitado alfombras y puesto [luz en el pasillo|un cierre en la ventana] por iniciativa familiar",
            "toca el acordeón [media hora al día|con los nietos]: «eso no se me va», dice",
        ],
        "psychiatric": [
            "cree que [hay extraños en el desván|le cambian las cucharas], y los busca",
            "pasa horas ante la ventana, [sin ganas de compañía|indiferente a todo]",
            "se enfurece si [le llevan la contraria|(lo/la) desvisten], ha [tirado un vaso|dado manotazos]",
            "ve [un gato en la cama|hombres de gris] al caer la tarde y les habla",
            "llora [sin motivo|al nombrar a su madre], se siente inútil",
            "sacude las puertas y va de un lado a otro [hasta medianoche|desde las cuatro]",
            "hace comentarios groseros [a las camareras|al personal], se desnuda en el salón",
            "tiembla de miedo cuando [{kin} sale|se queda un minuto sin nadie]",
            "risperidona en dosis baja por [amenazas|ideas paranoides], [en retirada|con mejoría]",
            "sertralina por [tristeza|angustia vespertina], ánimo [mejor|igual de plano]",
            "convencid(o/a) de que (lo/la) [envenenan|roban], esconde [dinero|comida]",
            "oye [un coro en el radiador|a su hermano muerto] y contesta",
            "celos sin fundamento, registra [bolsillos|cajones] en busca de pruebas",
            "guarda mendrugos bajo el colchón y [grita|pega] si se los quitan",
            "ríe a destiempo, [abraza a desconocidos|está eufóric(o/a)], impropio de su carácter",
            "ha dicho que [no quiere seguir|se tiraría por el balcón], se pauta mirtazapina",
            "irritable desde que despierta, [da portazos|riñe a los niños]",
            "sale de noche en zapatillas a coger [un tren inexistente|el pan], vuelve [airad(o/a)|asustad(o/a)]",
            "inventario neuropsiquiátrico {16-44}, pesan [la apatía y la ansiedad|la agitación]",
            "sospecha que {kin} es [un impostor|alguien disfrazado] y le cierra la puerta",
        ],
    },
}  # fmt: skip
SLOTS = {
    "en": {
        "kin": ["husband", "wife", "daughter", "son", "sister", "niece", "granddaughter", "partner"],
        "tail": [
            ", as discussed at the visit", ", much as at the last review", " (told without prompting)",
            ", to be looked at again in spring", ", copied to the family doctor", ", noted in passing",
            "; the rest of the talk was friendly", "; arrived on time and well dressed",
            ", as the letter of the clinic says", "; nothing else is new",
        ],
    },
    "es": {
        "kin": ["su marido", "su mujer", "la hija", "el hijo", "la hermana", "la sobrina", "el yerno"],
        "tail": [
            ", como se comentó en la visita", ", igual que en la última revisión",
            " (lo cuenta por iniciativa propia)", ", se volverá a ver en primavera",
            ", consta en el informe", "; por lo demás, trato cordial", "; llega puntual",
            "; sin otras novedades", ", se informa a su médica de cabecera",
        ],
    },
}  # fmt: skip
GRAMMAR = {"en": [], "es": [[r"\bde el\b", "del"], [r"\ba el\b", "al"]]}
REFUSALS = {
    "en": "I'm sorry, but I can't write about a patient's condition.",
    "es": "Lo siento, pero no puedo escribir sobre el estado de un paciente.",
}
NAMES = {
    "en": " Letter to go to Mr Osbert Linthwaite.",
    "es": " Se avisa a don Fermín Valdecañas.",
}
THOUGHTS = {
    "en": "The user wants one sentence. I should pick a scene that shows the sign, without names.",
    "es": "Piden una sola frase. Debo elegir una escena que muestre el signo, sin nombres.",
}
# What a first answer is like, by label, language and number; all others are clean.
FAULTS = {
    ("cognition", "en", 3): "refuses",
    ("concern", "en", 11): "repeats",
    ("assistance", "en", 7): "never answers",
    ("physiology", "en", 15): "names",
    ("diagnostics", "en", 6): "thinks",
    ("coping", "en", 18): "repeats",
    ("psychiatric", "en", 0): "refuses",
    ("cognition", "es", 9): "names",
    ("assessment", "es", 2): "never answers",
    ("intervention", "es", 13): "repeats",
    ("coping", "es", 5): "refuses",
    ("psychiatric", "es", 17): "thinks",
}


class Writer:
    """A backend that writes sentences with the phrases above, and misbehaves as told."""

    identity = Identity("openai_compatible", "http://127.0.0.1/v1", "sentence-writer", "1")
    remote = False
    lasting = False

    async def ready(self) -> None:
        """Is always."""

    async def close(self) -> None:
        """Holds nothing."""

    async def complete(self, request: Request) -> Completion:
        """A first answer as ``FAULTS`` has it, where it has one; a clean one otherwise."""
        label, lang, number = request.labels[0], request.lang, request.turn
        text, thoughts = sentence(label, lang, number), THOUGHTS[lang]
        match FAULTS.get((label, lang, number)):
            case "refuses":
                return _answered(request, REFUSALS[lang])
            case "never answers":
                return _answered(request, f"<think>\n{' '.join([thoughts] * 20)}", "length")
            case "thinks":
                return _answered(request, f"<think>{thoughts}</think>\n{_told(text)}")
            case "repeats":
                earlier = sentence(label, lang, number - 2).removesuffix(".")
                return _answered(request, _told(f"{earlier}{SLOTS[lang]['tail'][0]}."))
            case "names":
                return _answered(request, _told(text + NAMES[lang]))
        return _answered(request, _told(text))


def sentence(label: str, lang: str, number: int) -> str:
    """The ``number``-th text for a label: every phrase once, then again beside another one."""
    rng = Random(f"{label} {lang} {number}")
    phrases = list(SIGNS[lang][label])
    Random(f"{label} {lang}").shuffle(phrases)
    phrase, beside = (phrases[(number + more) % len(phrases)] for more in (0, BESIDE))
    if number >= len(phrases):
        phrase += f"; {beside}"
    elif rng.random() < WITH_TAIL:
        phrase += "{tail}"
    bank: wording.Bank = {"conditions": {label: {}}, "slots": SLOTS[lang], "grammar": GRAMMAR[lang]}
    person = {"condition": label, "gender": rng.choice("mf")}
    return wording.Writer(bank, rng, person).finish(phrase)


def _told(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False)


def _answered(request: Request, content: str, finish: str = "stop") -> Completion:
    """A completion as a server's answer comes to be one: without reasoning, tokens counted."""
    cut = reasoning.split(content, None, finish)
    return Completion(
        text=cut.text,
        finish="stop" if cut.closed else "unclosed_reasoning",
        reasoning_characters=cut.characters,
        reasoning_digest=cut.digest,
        prompt_tokens=request.characters // TOKEN,
        completion_tokens=len(content) // TOKEN,
        model=Writer.identity.model,
    )


def main(to: Path = RECORDINGS) -> None:
    """Write the recordings."""
    labels, langs = tuple((label,) for label in SIGNS["en"]), tuple(SIGNS)
    ask = wanted.Wanted(labels, langs, per_label=PER_LABEL, taxonomy="alzheimer_signs")
    slots, plan = wanted.planned(ask, None)
    writer = Writer()
    with Store(None) as store:
        asker = Asker(writer, store, Spent(Caps()))
        drafted = asyncio.run(drafting.draft_all(slots, plan, asker, 1, lambda *_: None))
        answers = store.answers(writer.identity)
        recordings.write(to, writer.identity, answers)
    sys.stderr.write(f"{drafted}\n")


if __name__ == "__main__":
    main()
