"""Texts of our own: (source, rewrite, two references)."""

TEXTS = [
    ("She go to school every days and she like it very much.", "She goes to school every day and she likes it very much.",
     ["She goes to school every day and she likes it very much.", "Every day she goes to school, and she likes it a lot."]),
    ("We discussed about the budget of 1,250.50 euros on the last meeting.", "We discussed the budget of 1,250.50 euros on the last meeting.",
     ["We discussed the budget of 1,250.50 euros at the last meeting.", "At our last meeting we talked about the budget of 1,250.50 euros."]),
    ("The committee has made the decision to postpone the opening of the library, which had been planned for the spring.",
     "The committee decided to postpone the opening of the library.",
     ["The committee decided to open the library later than in the spring.", "The library will not open in the spring. The committee put it off."]),
    ("He don't know what he want.", "He don't know what he want.", ["He doesn't know what he wants.", "He does not know what he wants."]),
    ("Tea & cake were served; nobody complained (not even Ann).", "Tea &amp; cake were served, nobody complained -- not even Ann!",
     ["Tea and cake were served; nobody complained (not even Ann).", "Tea & cake were served, and nobody complained, not even Ann."]),
    ("the the garden is is big", "The garden is big.", ["The garden is big.", "the garden is big"]),
    ("It was in 1990-1995, at 10:30, that the well-known bridge was build.", "It was in 1990-1995, at 10:30, that the well-known bridge was built.",
     ["The well-known bridge was built in 1990-1995, at 10:30.", "It was in 1990-1995, at 10:30, that the well-known bridge was built."]),
    ("Naïve café owners pay 5 % more…", "Naïve café owners pay more.", ["Naïve café owners pay 5 % more.", "Café owners who are naïve pay 5 % more…"]),
    ("In order to utilize the machine, commence by pressing the button that is green in color.",
     "To use the machine, start by pressing the green button.",
     ["To use the machine, press the green button first.", "Press the green button to start the machine."]),
    ("Thank you for the mail.", "Thank you for the mail.", ["Thank you for the mail.", "Thanks for the mail."]),
    ("Go!", "Stop it now.", ["Go!", "Please go."]),
    ("The big car stopped near the big house.", "The big big car stopped near the big big house.",
     ["The large car stopped near the house.", "The car stopped near the large house."]),
    ("Nobody wrote anything.", "", ["Nobody wrote anything.", "No one wrote anything."]),
    ("The river flooded the lower town, the mill and the two farms near the old stone bridge, and the mayor called the army.",
     "The river flooded the lower town. The mayor called the army.",
     ["The river flooded the lower town, the mill and two farms near the old bridge. The mayor called the army.",
      "The lower town, the mill and two farms were flooded. The mayor called for the army."]),
    ("“Where is it?” she asked, “I can’t see it.”", "\"Where is it?\" she asked. \"I can't see it.\"",
     ["“Where is it?” she asked. “I can’t see it.”", "She asked where it was because she couldn’t see it."]),
]


def scores():
    """Labels and scores of a made-up classifier, all scores different; and a graded pair with ties."""
    cases = []
    for i in range(150):
        score = ((i * 97) % 150 + 0.5) / 150
        label = int((i * 31) % 100 < 100 * (0.15 + 0.6 * score))
        cases.append((label, round(score, 6)))
    graded = [((i * 7) % 6, round(((i * 7) % 6) / 6 + ((i * 13) % 5) / 5, 6)) for i in range(40)]
    return cases, graded
