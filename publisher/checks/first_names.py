"""First names that are common in Germany: what tells a person from „Neue Straße“. Whoever is missing is not looked at."""

FIRST_NAMES = frozenset(
    """
    Achim Adam Adrian Ahmet Albert Alexander Alexandra Alfred Ali Alina Alois Amelie Amira André Andrea Andreas Angela
    Angelika Anita Anja Anke Ann Anna Anne Annegret Anneliese Annette Annika Anton Antje Antonia Arne Arnold Arthur Astrid
    August Axel Aylin Ayse Barbara Bärbel Bastian Beate Ben Benjamin Bernd Bernhard Bernd Bert Bettina Birgit Birte Björn
    Bodo Boris Brigitte Bruno Burkhard Carina Carla Carmen Carola Carolin Carsten Cem Charlotte Chiara Christa Christel
    Christian Christiane Christina Christine Christof Christoph Christopher Clara Claudia Claus Clemens Conny Cornelia
    Dagmar Daniel Daniela David Deniz Denis Dennis Detlef Detlev Diana Dieter Dietmar Dirk Dominik Dora Doris Dorothea
    Eberhard Eckhard Edeltraud Edgar Edith Egon Elena Elfriede Elif Elisa Elisabeth Elke Ella Ellen Elvira Emil Emilia Emine
    Emma Erhard Eric Erich Erik Erika Ernst Erwin Esra Esther Eva Evelyn Fabian Fatma Felix Ferdinand Finn Florian Frank
    Franz Franziska Frauke Frederik Friedhelm Friederike Friedrich Fritz Gabi Gabriele Georg Gerd Gerda Gerhard Gerlinde
    Gertrud Gisela Gregor Greta Gudrun Guido Günter Günther Gustav Hannah Hanna Hannelore Hannes Hans Harald Hartmut Hasan
    Heide Heidi Heike Heiko Heiner Heinrich Heinz Helen Helena Helene Helga Helmut Hendrik Henning Henri Herbert Hermann
    Hilde Hildegard Holger Horst Hubert Hüseyin Ida Ilse Ina Ines Inga Inge Ingeborg Ingo Ingrid Irene Iris Irma Isabel
    Isabella Jakob James Jan Jana Janina Jannik Jennifer Jens Jessica Joachim Jochen Johann Johanna Johannes John Jonas
    Jonathan Jörg Josef Joseph Julia Julian Juliane Jürgen Jutta Kai Karen Karin Karina Karl Karola Karolin Karsten Kaspar
    Katarina Katharina Kathrin Katja Katrin Kerstin Kevin Kirsten Klara Klaus Konrad Konstantin Kristian Kristin Kristina
    Kurt Lara Lars Laura Lea Lena Leon Leonie Linda Lisa Lothar Louis Luca Lucas Ludwig Luis Luisa Lukas Luise Lutz Maike
    Maja Malte Mandy Manfred Manuel Manuela Marc Marcel Marco Marcus Mareike Margarete Margit Margot Margret Maria Marianne
    Marie Marina Mario Marion Marius Mark Marko Markus Marlene Marta Martha Martin Martina Mary Mathias Mathilda Matthias
    Max Maximilian Mechthild Mehmet Meike Melanie Merle Mia Michael Michaela Michel Michelle Mira Miriam Mirko Mohamed
    Monika Moritz Murat Mustafa Nadine Nadja Natalie Nele Nicolas Nicole Niklas Nikolaus Nils Nina Noah Norbert Ole Olaf
    Oliver Olga Oskar Otto Pascal Patricia Patrick Paul Paula Peer Peggy Peter Petra Philip Philipp Phillip Pia Rainer Ralf
    Ralph Ramona Raphael Regina Regine Reiner Reinhard Reinhold Renate René Ricarda Richard Rita Robert Robin Roland Rolf
    Roman Ronald Rosemarie Rudolf Rüdiger Ruth Sabine Sabrina Samuel Sandra Sara Sarah Sascha Sebastian Selina Selma Sibylle
    Siegfried Sigrid Silke Silvia Simon Simone Sofia Sofie Sonja Sophia Sophie Stefan Stefanie Steffen Stephan Stephanie
    Steven Susan Susanne Svea Sven Svenja Sylvia Tanja Tatjana Theo Theodor Theresa Thomas Thorben Thorsten Till Tim Timo
    Tina Tobias Tom Torben Torsten Udo Ulf Ulla Ulrich Ulrike Ursula Ute Uwe Valentin Vanessa Vera Verena Veronika Victor
    Viktor Viktoria Volker Volkmar Walter Waltraud Werner Wilfried Wilhelm Wilma Winfried Wolf Wolfgang Yannick Yasemin
    Yusuf Yvonne Zeynep
    """.split()
)
